import { describe, expect, it } from 'vitest'
import { chartStep } from './chartKey.ts'

const key = (name: string, held: Partial<KeyboardEvent> = {}) => ({
  key: name,
  metaKey: false,
  ctrlKey: false,
  altKey: false,
  ...held
})

describe('chartStep', () => {
  it('leaves Space to a focused button and arrows to a slider or a choice of ranges', () => {
    expect(chartStep(key(' '), 'nothing')).toBe('pause')
    expect(chartStep(key(' '), 'button')).toBeNull()
    expect(chartStep(key(' '), 'choice')).toBe('pause')
    expect(chartStep(key('ArrowLeft'), 'choice')).toBeNull()
    expect(chartStep(key('ArrowLeft'), 'button')).toBe('earlier')
  })

  it('takes nothing from a search field, nor the browser’s own zoom', () => {
    for (const name of [' ', '-', '+', 'ArrowLeft', 'Escape']) expect(chartStep(key(name), 'everything')).toBeNull()
    expect(chartStep(key('+', { ctrlKey: true }), 'nothing')).toBeNull()
    expect(chartStep(key('-', { metaKey: true }), 'nothing')).toBeNull()
  })

  it('zooms in with the key that has the plus on it, Shift held or not', () => {
    expect(chartStep(key('='), 'nothing')).toBe('zoom-in')
    expect(chartStep(key('+'), 'nothing')).toBe('zoom-in')
    expect(chartStep(key('x'), 'nothing')).toBeNull()
  })
})
