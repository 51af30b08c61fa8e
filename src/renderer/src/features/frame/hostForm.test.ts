import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOf, hostFieldProblems, newHostId } from './hostForm.ts'

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
