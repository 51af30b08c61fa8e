/** Splits a stream of bytes into JSON lines, however the bytes were cut on their way. */
import { StokerError } from '../../../shared/errors.ts'

export interface NdjsonSplitter {
  /** The lines these bytes complete, parsed. */
  push(bytes: Uint8Array): unknown[]
  /** The line left over when the stream ends without a line break. */
  end(): unknown[]
}

const lineFeed = 0x0a

/** A line longer than `maxLineBytes` is refused before it is kept: a broken server could send one without end. */
export function createNdjsonSplitter(maxLineBytes: number): NdjsonSplitter {
  // Bytes, not text: a chunk may end in the middle of a character, but a line feed is never part of one in UTF-8.
  let pieces: Uint8Array[] = []
  let length = 0

  const keep = (bytes: Uint8Array): void => {
    length += bytes.length
    if (length > maxLineBytes) {
      pieces = []
      throw new StokerError(
        'bad_answer',
        `Ollama sent a line of more than ${maxLineBytes} bytes.`,
        'Is this really an Ollama server?'
      )
    }
    pieces.push(bytes)
  }
  const take = (): unknown[] => {
    const text = new TextDecoder().decode(Buffer.concat(pieces))
    pieces = []
    length = 0
    return text.trim() === '' ? [] : [parseLine(text)]
  }

  return {
    push(bytes) {
      const lines: unknown[] = []
      let from = 0
      for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, from)) {
        keep(bytes.subarray(from, at))
        lines.push(...take())
        from = at + 1
      }
      // A copy, because the caller may use its buffer again.
      if (from < bytes.length) keep(bytes.slice(from))
      return lines
    },
    end: take
  }
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const start = text.trim().slice(0, 80)
    throw new StokerError(
      'bad_answer',
      `Ollama sent a line that is not JSON: ${start}`,
      'Is something between Stoker and Ollama?',
      { cause }
    )
  }
}
