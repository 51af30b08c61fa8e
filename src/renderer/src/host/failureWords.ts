/** What the core said against a change, with what to do about it. */
import { toErrorInfo } from '../../../shared/errors.ts'
import { RequestError } from './requestError.ts'

export function failureWords(thrown: unknown): string {
  const { message, hint } = thrown instanceof RequestError ? thrown : toErrorInfo(thrown)
  return hint === null ? message : `${message} ${hint}`
}
