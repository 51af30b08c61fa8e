/** What the disk said when something could not be written, for a person. */
import { StokerError } from '../../shared/errors.ts'

export function writeFailed(path: string, cause: unknown): StokerError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const failed = (message: string, hint: string): StokerError =>
    new StokerError('storage_failed', message, hint, { cause })
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return failed(`The disk is full: ${path} could not be written.`, 'Free some space, then try again.')
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return failed(
      `Stoker may not write ${path}.`,
      'Allow it, or choose another folder (--data-dir, STOKER_MODELS_DIR).'
    )
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  return failed(
    `${path} could not be written: ${reason}.`,
    'Check that the folder is there and that its disk is not read-only.'
  )
}
