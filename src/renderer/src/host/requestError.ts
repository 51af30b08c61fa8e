/** A failed request, as code can catch it: the contract's code, its sentence for a person, its next step. */
import type { ErrorCode, ErrorInfo } from '../../../shared/errors.ts'

export class RequestError extends Error {
  readonly code: ErrorCode
  readonly hint: string | null

  constructor(info: ErrorInfo) {
    super(info.message)
    this.name = 'RequestError'
    this.code = info.code
    this.hint = info.hint
  }
}
