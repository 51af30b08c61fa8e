import { describe, expect, it } from 'vitest'
import { chartStep, focusedKind } from './chartKey.ts'

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

describe('focusedKind', () => {
  /** An element of one kind, as far as a selector list tells. */
  const element = (selector: string): Element =>
    ({ matches: (list: string) => list.split(', ').includes(selector) }) as Element

  it('gives Space to a button reached by key, and takes it from one that was clicked to come here', () => {
    expect(focusedKind(element('button:not([role="tab"])'), false)).toBe('button')
    expect(focusedKind(element('button:not([role="tab"])'), true)).toBe('nothing')
    expect(focusedKind(element('input[type="checkbox"]'), true)).toBe('button')
  })

  it('knows what moves by arrows, and what takes every key', () => {
    expect(focusedKind(element('input[type="radio"]'), false)).toBe('choice')
    expect(focusedKind(element('input'), false)).toBe('everything')
    expect(focusedKind(element('div'), false)).toBe('nothing')
    expect(focusedKind(null, false)).toBe('nothing')
  })
})
