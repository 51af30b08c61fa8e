/** A stream cut anywhere must give the same lines; a slip loses tokens or breaks an umlaut in two. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StokerError } from '../../../shared/errors.ts'
import { createNdjsonSplitter } from './ndjson.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function split(stream: Uint8Array, sizes: number[], maxLineBytes = 1_000_000): unknown[] {
  const splitter = createNdjsonSplitter(maxLineBytes)
  const lines: unknown[] = []
  let at = 0
  for (const size of [...sizes, stream.length]) {
    // A buffer that is used again, as a socket's may be.
    const piece = Uint8Array.from(stream.subarray(at, at + size))
    lines.push(...splitter.push(piece))
    piece.fill(0)
    at += size
  }
  return [...lines, ...splitter.end()]
}

describe('createNdjsonSplitter', () => {
  it('gives the same lines however the bytes were cut', () => {
    const values = fc.array(fc.jsonValue())
    const sizes = fc.array(fc.integer({ min: 0, max: 9 }))
    fc.assert(
      fc.property(
        values,
        sizes,
        fc.constantFrom('\n', '\r\n', '\n\n'),
        fc.boolean(),
        (lines, cuts, lineBreak, endsWithBreak) => {
          const stream = bytes(
            lines.map((line) => JSON.stringify(line)).join(lineBreak) + (endsWithBreak ? lineBreak : '')
          )
          expect(split(stream, cuts)).toEqual(JSON.parse(JSON.stringify(lines)))
        }
      )
    )
  })

  it('throws nothing but its own error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.integer({ min: 0, max: 9 })), (stream, cuts) => {
        try {
          split(stream, cuts, 40)
        } catch (error) {
          expect(error).toBeInstanceOf(StokerError)
          expect(error).toMatchObject({ code: 'bad_answer' })
        }
      })
    )
  })

  it('keeps a character whole that was cut in two', () => {
    expect(split(bytes('{"text":"größe 漢字 🙂"}\n'), [12, 1, 1, 5, 1, 4])).toEqual([{ text: 'größe 漢字 🙂' }])
  })

  it('refuses a line that does not end, before it is kept', () => {
    const splitter = createNdjsonSplitter(100)
    splitter.push(bytes('{"text":"'))
    expect(() => {
      for (let i = 0; i < 1_000; i++) splitter.push(bytes('0123456789'))
    }).toThrow(expect.objectContaining({ code: 'bad_answer', message: expect.stringContaining('more than 100 bytes') }))
  })

  it('shows where a line that is not JSON began', () => {
    expect(() => split(bytes('{"ok":1}\n<html>\n'), [])).toThrow(
      expect.objectContaining({ code: 'bad_answer', message: expect.stringContaining('<html>') })
    )
  })
})
