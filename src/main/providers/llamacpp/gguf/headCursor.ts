/**
 * Reads a file's head piece by piece without knowing where the pieces come from: parsing code is a generator that yields when it
 * needs bytes, so the same code runs over a buffer in a test and over a file handle in life, and never holds more than a window.
 */

export interface HeadRequest {
  offset: number
  /** Fewer bytes may come back only at the end of the file. */
  minBytes: number
}

/** Yields requests, is sent the bytes at that offset. */
export type Reading<T> = Generator<HeadRequest, T, Buffer>

export interface HeadCursor {
  readonly position: number
  readonly fileBytes: number
  u32(): Reading<number>
  u64(): Reading<number>
  bytes(length: number): Reading<Buffer>
  /** Moves on without reading. */
  skip(length: number): void
  /** Moves over `count` strings, each a 64-bit length and its bytes, without building them. */
  skipStrings(count: number): Reading<void>
}

/** Why a head cannot be read; the parser turns it into a sentence about the file. */
export class HeadError extends Error {
  readonly kind: 'truncated' | 'impossible' | 'too_long'

  constructor(kind: 'truncated' | 'impossible' | 'too_long', message: string) {
    super(message)
    this.kind = kind
  }
}

/** `limitBytes`: how much may be read in all, so that no file keeps Stoker busy for long. */
export function createHeadCursor(fileBytes: number, limitBytes: number): HeadCursor {
  let window: Buffer = Buffer.alloc(0)
  let windowOffset = 0
  let position = 0
  let readBytes = 0

  /** Where in the window `length` bytes from the position lie. */
  function* ensure(length: number): Reading<number> {
    if (length > fileBytes - position) throw new HeadError('truncated', 'the file ends in the middle of its header')
    const start = position - windowOffset
    if (start >= 0 && start + length <= window.length) return start
    const received: Buffer = yield { offset: position, minBytes: length }
    if (received.length < length) throw new HeadError('truncated', 'the file ends in the middle of its header')
    readBytes += received.length
    if (readBytes > limitBytes) throw new HeadError('too_long', 'its header is too long')
    window = received
    windowOffset = position
    return 0
  }

  function* u64(): Reading<number> {
    const start = yield* ensure(8)
    const value = readU64(window, start)
    position += 8
    return value
  }

  function skip(length: number): void {
    if (length > fileBytes - position) throw new HeadError('truncated', 'the file ends in the middle of its header')
    position += length
  }

  return {
    get position() {
      return position
    },
    fileBytes,
    *u32() {
      const start = yield* ensure(4)
      position += 4
      return window.readUInt32LE(start)
    },
    u64,
    *bytes(length) {
      const start = yield* ensure(length)
      position += length
      return window.subarray(start, start + length)
    },
    skip,
    *skipStrings(count) {
      for (let left = count; left > 0; left--) {
        const start = position - windowOffset
        // Almost always the length lies in the window, and a vocabulary has a quarter of a million of them.
        const inWindow = start >= 0 && start + 8 <= window.length
        if (inWindow) position += 8
        skip(inWindow ? readU64(window, start) : yield* u64())
      }
    }
  }
}

/** A count or a length; what no file can hold is refused at once. */
function readU64(buffer: Buffer, start: number): number {
  const value = buffer.readUInt32LE(start) + buffer.readUInt32LE(start + 4) * 2 ** 32
  if (!Number.isSafeInteger(value)) throw new HeadError('impossible', 'its header names an impossible number')
  return value
}
