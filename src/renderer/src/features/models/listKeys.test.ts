import { describe, expect, it } from 'vitest'
import { listCommand } from './listKeys.ts'

const keys = ['a', 'b', 'c']
const press = (key: string, current: string | null = 'b', held: Partial<KeyboardEvent> = {}) =>
  listCommand({ key, metaKey: false, ctrlKey: false, altKey: false, ...held }, keys, current)

describe('keys in the list', () => {
  it('move within the list and stop at its ends', () => {
    expect(press('ArrowDown')).toEqual({ do: 'select', key: 'c' })
    expect(press('ArrowDown', 'c')).toEqual({ do: 'select', key: 'c' })
    expect(press('ArrowUp', 'a')).toEqual({ do: 'select', key: 'a' })
    expect(press('ArrowDown', null)).toEqual({ do: 'select', key: 'a' })
    expect(press('End')).toEqual({ do: 'select', key: 'c' })
  })

  it('leave commands with Cmd or Ctrl to the system: Cmd-L is not Load', () => {
    expect(press('l', 'b', { metaKey: true })).toBeNull()
    expect(press('u', 'b', { ctrlKey: true })).toBeNull()
  })

  it('load, unload, open, preview and leave', () => {
    expect(['l', 'L', 'u', 'Enter', ' ', 'Escape'].map((key) => press(key)?.do)).toEqual([
      'load',
      'load',
      'unload',
      'open',
      'toggle-panel',
      'leave'
    ])
    expect(press('x')).toBeNull()
  })
})
