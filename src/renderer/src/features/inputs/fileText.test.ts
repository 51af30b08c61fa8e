import { describe, expect, it } from 'vitest'
import { decodeText, readFileText } from './fileText.ts'

describe('files as text', () => {
  it('take UTF-8 and UTF-16 with its mark, and nothing binary', () => {
    expect(decodeText(new TextEncoder().encode('Grüße'))).toBe('Grüße')
    expect(decodeText(new Uint8Array([0xff, 0xfe, 0x47, 0x00]))).toBe('G')
    expect(decodeText(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1]))).toBeNull()
    expect(decodeText(new Uint8Array([0xc3, 0x28]))).toBeNull()
  })

  it('name what is left out and why', async () => {
    expect(await readFileText('a.png', new Blob([new Uint8Array([0, 1])]))).toEqual({ problem: 'a.png is not text' })
    expect(await readFileText('b.txt', new Blob([' \n']))).toEqual({ problem: 'b.txt is empty' })
    expect(await readFileText('c.txt', new Blob(['12345']), 4)).toEqual({
      problem: 'c.txt is larger than 8 MB: divide it'
    })
    expect(await readFileText('d.txt', new Blob(['fine']))).toEqual({ text: 'fine' })
  })
})
