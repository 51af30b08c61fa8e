/** What a key means wherever one is on the page. Pure. */
import { screenForKey, type ScreenName } from '../../lib/navigation.ts'

export type Shortcut = { do: 'go'; screen: ScreenName } | { do: 'palette' | 'search' | 'nothing' }

interface Surroundings {
  isUnderDialog: boolean
  isPaletteOpen: boolean
}

type Pressed = Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'altKey' | 'shiftKey'>

function meaningOf(pressed: Pressed): Shortcut | null {
  const screen = screenForKey(pressed)
  if (screen !== null) return { do: 'go', screen }
  if (!(pressed.metaKey || pressed.ctrlKey) || pressed.altKey || pressed.shiftKey) return null
  const key = pressed.key.toLowerCase()
  return key === 'k' ? { do: 'palette' } : key === 'f' ? { do: 'search' } : null
}

/** Under a dialog nothing happens, except that the palette's key closes the palette. null: the key is not ours. */
export function shortcutFor(pressed: Pressed, { isUnderDialog, isPaletteOpen }: Surroundings): Shortcut | null {
  const shortcut = meaningOf(pressed)
  if (shortcut === null || !isUnderDialog) return shortcut
  return shortcut.do === 'palette' && isPaletteOpen ? shortcut : { do: 'nothing' }
}
