import { describe, expect, it } from 'vitest'
import { isLocalAddress } from './isLocalAddress.ts'

describe('an address', () => {
  it.each([
    ['http://127.0.0.1:11434', true],
    ['http://localhost:11434/', true],
    ['http://[::1]:11434', true],
    ['http://192.168.1.5:11434', true],
    ['http://192.168.1.20:11434', false],
    ['https://ollama.example', false],
    ['http://127.0.0.1.example:80', false],
    ['nonsense', false]
  ])('%s is this machine: %s, so another machine’s models are never counted as this one’s memory', (url, expected) => {
    expect(isLocalAddress(url, ['192.168.1.5', 'fe80::1'])).toBe(expected)
  })
})
