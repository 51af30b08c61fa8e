import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Host } from '../../../../shared/model.ts'
import { addressOf, hostFieldProblems, newHostId } from './hostForm.ts'
import { hostWords } from './hostWords.ts'

describe('the host form', () => {
  it.each([
    ['192.168.1.20:11434', 'http://192.168.1.20:11434'],
    [' https://mac.local/ ', 'https://mac.local'],
    ['studio', 'http://studio'],
    ['', null],
    ['ftp://x', null],
    ['javascript://x', null],
    ['two words', null],
    ['http://', null]
  ])('reads %j as %j', (text, address) => expect(addressOf(text)).toBe(address))

  it('names what is missing, and nothing when all is there', () => {
    expect(Object.keys(hostFieldProblems({ name: ' ', url: '' }))).toEqual(['name', 'url'])
    expect(hostFieldProblems({ name: 'Studio', url: 'studio:11434' })).toEqual({})
  })

  it('makes ids the contract takes, from any name, never one that is taken', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (name, others) => {
        const taken = [newHostId(name, []), ...others]
        const id = newHostId(name, taken)
        expect(id).toMatch(/^[a-z0-9][a-z0-9-]*$/)
        expect(id.length).toBeLessThanOrEqual(64)
        expect(taken).not.toContain(id)
      })
    )
  })
})

describe('a host in words', () => {
  const host: Host = {
    id: 'ollama',
    kind: 'ollama',
    name: 'Ollama',
    url: 'http://127.0.0.1:11434/',
    isBuiltIn: true,
    isLocal: true,
    status: 'ok',
    version: '0.35.1',
    device: null,
    checkedAt: 0,
    nextCheckAt: 60_000,
    error: null,
    capabilities: { pull: true, copy: true, remove: true, createSample: false }
  }

  it('shows the address without its scheme, and no countdown while it is well', () => {
    expect(hostWords(host, 0)).toEqual({
      tone: 'ok',
      word: 'answers',
      version: '0.35.1',
      line: '127.0.0.1:11434',
      next: null
    })
  })

  it('says why it is down and counts to the next try, never below zero', () => {
    const error = { code: 'server_down' as const, message: 'Ollama does not answer.', hint: null }
    const down: Host = { ...host, status: 'down', error, nextCheckAt: 24_000 }
    expect(hostWords(down, 0)).toMatchObject({ word: 'down', line: 'Ollama does not answer.', next: 'next try 0:24' })
    expect(hostWords(down, 30_000).next).toBe('trying now')
  })
})
