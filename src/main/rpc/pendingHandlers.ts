/** Requests of the contract whose service is not wired yet. */
import { StokerError } from '../../shared/errors.ts'

export async function pending(): Promise<never> {
  throw new StokerError('not_supported', 'This part is not built yet.')
}
