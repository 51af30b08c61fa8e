import { describe, expect, it } from 'vitest'
import { shortcutFor } from './shortcutFor.ts'

const pressed = (key: string) => ({ key, metaKey: false, ctrlKey: true, altKey: false, shiftKey: false })
const free = { isUnderDialog: false, isPaletteOpen: false }
const dialog = { isUnderDialog: true, isPaletteOpen: false }
const palette = { isUnderDialog: true, isPaletteOpen: true }

describe('the keys that work everywhere', () => {
  it('open screens, the palette and the search', () => {
    expect(shortcutFor(pressed('2'), free)).toEqual({ do: 'go', screen: 'memory' })
    expect([...'12345678'].map((key) => shortcutFor(pressed(key), free))).toEqual(
      ['models', 'memory', 'chains', 'runs', 'schedule', 'activity', 'diagnostics', 'settings'].map((screen) => ({
        do: 'go',
        screen
      }))
    )
    expect(shortcutFor(pressed('9'), free)).toBeNull()
    expect(shortcutFor(pressed('k'), free)).toEqual({ do: 'palette' })
    expect(shortcutFor(pressed('F'), free)).toEqual({ do: 'search' })
  })

  it('never reach through a dialog to the screen behind it', () => {
    for (const key of ['1', '6', ',', 'f', 'k']) expect(shortcutFor(pressed(key), dialog)).toEqual({ do: 'nothing' })
    for (const key of ['1', '4', ',', 'f']) expect(shortcutFor(pressed(key), palette)).toEqual({ do: 'nothing' })
  })

  it('close the palette with the key that opened it', () => {
    expect(shortcutFor(pressed('k'), palette)).toEqual({ do: 'palette' })
  })

  it('leave letters and foreign chords alone, also under a dialog', () => {
    expect(shortcutFor({ ...pressed('k'), ctrlKey: false }, dialog)).toBeNull()
    expect(shortcutFor(pressed('c'), dialog)).toBeNull()
    expect(shortcutFor({ ...pressed('k'), shiftKey: true }, free)).toBeNull()
  })
})
