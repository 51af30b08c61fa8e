/** The keys that work everywhere but under a dialog: screens, palette, search. */
import { useEffect } from 'react'
import { goTo, useUiStore } from '../../stores/uiStore.ts'
import { shortcutFor } from './shortcutFor.ts'

/** The element Cmd-F goes to, on the screens that have one. */
export const searchFieldId = 'search'

function focusSearch(): boolean {
  const field = document.getElementById(searchFieldId)
  if (!(field instanceof HTMLInputElement)) return false
  field.focus()
  field.select()
  return true
}

/** Asked of the page itself, because dialogs are opened from many places; the palette is one too. */
function isUnderDialog(): boolean {
  return document.querySelector('[aria-modal="true"], dialog[open]') !== null
}

function onKey(event: KeyboardEvent): void {
  const shortcut = shortcutFor(event, {
    isUnderDialog: isUnderDialog(),
    isPaletteOpen: useUiStore.getState().isPaletteOpen
  })
  if (shortcut === null) return
  if (shortcut.do === 'search' && !focusSearch()) return
  // The browser's own meaning of the key would reach behind the dialog too.
  event.preventDefault()
  if (shortcut.do === 'go') goTo(shortcut.screen)
  if (shortcut.do === 'palette') useUiStore.setState((ui) => ({ isPaletteOpen: !ui.isPaletteOpen }))
}

export function useShortcuts(): void {
  useEffect(() => {
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
