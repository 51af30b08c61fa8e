/** What a request of some megabytes may become: a table repeats the names of its columns in every row, and a blank takes one byte. Pure. */
import { StokerError } from '../../../shared/errors.ts'
import { maxItems } from '../../../shared/run.ts'

/** Of all rows of one piece of a table together, names of columns included. */
export const maxTableLetters = 25_000_000

export function tooManyItems(): StokerError {
  return new StokerError(
    'invalid_input',
    `A batch holds at most ${maxItems.toLocaleString('en-US')} items, and this is more.`,
    'Divide it into several runs.'
  )
}
