import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchCommands } from './matchCommands.ts'

const commands = [
  { label: 'Unload all', keywords: 'evict free memory' },
  { label: 'Load qwen3:8b', keywords: 'warm up' },
  { label: 'Load llama3.1:8b', keywords: 'warm up' },
  { label: 'Unload gemma3:1b', keywords: 'evict' },
  { label: 'Go to Settings', keywords: 'preferences' }
]
const labels = (text: string): string[] => matchCommands(commands, text).map(({ label }) => label)

describe('matchCommands', () => {
  it('shows everything, in its own order, before anything is typed', () => {
    expect(labels('  ')).toEqual(commands.map(({ label }) => label))
  })

  it('puts what begins with the word before what merely holds it', () => {
    expect(labels('load')[0]).toBe('Load qwen3:8b')
    expect(labels('load')).toContain('Unload all')
  })

  it('needs every word, in any order', () => {
    expect(labels('qwen load')).toEqual(['Load qwen3:8b'])
    expect(labels('qwen settings')).toEqual([])
  })

  it('finds a model by a few of its letters', () => {
    expect(labels('qw8')).toEqual(['Load qwen3:8b'])
  })

  it('finds by other words for the same thing', () => {
    expect(labels('preferences')).toEqual(['Go to Settings'])
    expect(labels('evict')).toEqual(['Unload all', 'Unload gemma3:1b'])
  })

  it('never throws and never invents a command, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = matchCommands(commands, text)
        expect(new Set(found).size).toBe(found.length)
        expect(found.every((command) => commands.includes(command))).toBe(true)
      })
    )
  })
})
