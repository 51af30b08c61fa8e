/** How long a question may be, and with it how many bytes a request may have, whatever carries it. */
import { formatBytes } from './byteWords.ts'
import type { ErrorInfo } from './errors.ts'

/** Prompt, system and earlier turns together, as JavaScript counts letters: about a million tokens. */
export const maxQuestionLetters = 4_000_000
/** JSON may write any letter as \uXXXX, and has to write some so; as UTF-8 none takes more than three. */
const longestLetterBytes = 6
/** Names, options and the frames of a thousand turns. */
const besideBytes = 1_048_576

export const requestLimitBytes = maxQuestionLetters * longestLetterBytes + besideBytes

const letters = `${maxQuestionLetters.toLocaleString('en-US')} letters`

export const questionTooLong = `A question may have at most ${letters} in all: prompt, system and earlier turns.`

export const requestTooLong: ErrorInfo = {
  code: 'invalid_input',
  message: `A request may have at most ${formatBytes(requestLimitBytes)}, which a question of ${letters} always fits into.`,
  hint: 'Send less in one request.'
}
