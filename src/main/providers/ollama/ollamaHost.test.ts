/** OLLAMA_HOST in every form people have written it; a slip here sends requests to the wrong port or to 0.0.0.0. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StokerError } from '../../../shared/errors.ts'
import { parseOllamaHost } from './ollamaHost.ts'

describe('parseOllamaHost', () => {
  it.each([
    [undefined, 'http://127.0.0.1:11434'],
    ['', 'http://127.0.0.1:11434'],
    ['   ', 'http://127.0.0.1:11434'],
    ['""', 'http://127.0.0.1:11434'],
    ['localhost', 'http://localhost:11434'],
    ['mac-mini.local', 'http://mac-mini.local:11434'],
    ['my_server', 'http://my_server:11434'],
    ['example.com:56789', 'http://example.com:56789'],
    ['example.com:', 'http://example.com:11434'],
    [':56789', 'http://127.0.0.1:56789'],
    [':', 'http://127.0.0.1:11434'],
    ['192.168.1.20', 'http://192.168.1.20:11434'],
    ['192.168.1.20:80', 'http://192.168.1.20'],
    ['[::1]', 'http://[::1]:11434'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['::1', 'http://[::1]:11434'],
    ['fe80::1', 'http://[fe80::1]:11434'],
    ['http://example.com', 'http://example.com'],
    ['https://example.com', 'https://example.com'],
    ['http://', 'http://127.0.0.1'],
    ['HTTP://Example.com', 'http://example.com'],
    ['http://example.com:11434', 'http://example.com:11434'],
    ['https://example.com:8443/ollama/', 'https://example.com:8443/ollama'],
    ['http://127.0.0.1:11434/', 'http://127.0.0.1:11434'],
    ['example.com/ollama', 'http://example.com:11434/ollama'],
    ['http://[::1]:5000/a/b', 'http://[::1]:5000/a/b'],
    // Addresses to listen on, as people copy them from the server's settings.
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:5000', 'http://127.0.0.1:5000'],
    ['http://0.0.0.0:11434', 'http://127.0.0.1:11434'],
    ['::', 'http://[::1]:11434'],
    ['[::]:5000', 'http://[::1]:5000'],
    [' "127.0.0.1:5000" ', 'http://127.0.0.1:5000'],
    ["'http://example.com:1234'", 'http://example.com:1234']
  ])('%j is %s', (text, expected) => {
    expect(parseOllamaHost(text)).toBe(expected)
  })

  it.each([
    'ftp://example.com',
    'unix:///var/run/ollama.sock',
    'example.com:99999',
    'example.com:0',
    'example.com:port',
    'http://:pass@example.com',
    'user@example.com',
    '[::1',
    '[not-an-address]',
    '::1::2::3',
    '256.1.1.1',
    'two words',
    'a\\b',
    'example.com?x=1',
    'example.com#top',
    '11434'
  ])('%j is refused with a sentence and a hint', (text) => {
    expect(() => parseOllamaHost(text)).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        message: expect.stringContaining('is not an Ollama address'),
        hint: expect.any(String)
      })
    )
  })

  it('a port alone gets the hint that helps', () => {
    expect(() => parseOllamaHost('11434')).toThrow(
      expect.objectContaining({ hint: 'For a port on this machine write ":11434".' })
    )
  })

  it('whatever comes: an address to connect to, or a clear refusal', () => {
    const parts = fc.constantFrom(
      'http://',
      'https://',
      '0.0.0.0',
      '[::]',
      '::',
      'host',
      ':',
      '8080',
      '/',
      '@',
      '[',
      ']',
      ' ',
      '"',
      '%',
      '\u0000',
      'ß'
    )
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
      fc.ipV4(),
      fc.ipV6(),
      fc.array(parts).map((list) => list.join(''))
    )
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const url = new URL(parseOllamaHost(text))
          expect(['http:', 'https:']).toContain(url.protocol)
          expect(url.hostname).not.toBe('')
          expect(['0.0.0.0', '[::]']).not.toContain(url.hostname)
          expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', ''])
          // The page stores what was parsed, so parsing it again must change nothing.
          expect(parseOllamaHost(url.href)).toBe(parseOllamaHost(text))
        } catch (error) {
          if (!(error instanceof StokerError)) throw error
          expect(error.code).toBe('invalid_input')
        }
      }),
      { numRuns: 1_000 }
    )
  })
})
