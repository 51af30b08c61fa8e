/** The keys that work everywhere: screens, palette, search. */
import { useEffect } from 'react'
import { screenForKey } from '../../lib/navigation.ts'
import { goTo, useUiStore } from '../../stores/uiStore.ts'

/** The element Cmd-F goes to, on the screens that have one. */
export const searchFieldId = 'search'

function focusSearch(): boolean {
  const field = document.getElementById(searchFieldId)
  if (!(field instanceof HTMLInputElement)) return false
  field.focus()
  field.select()
  return true
}

function onKey(event: KeyboardEvent): void {
  const screen = screenForKey(event)
  const isCommand = (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey
  if (screen !== null) goTo(screen)
  else if (isCommand && event.key.toLowerCase() === 'k')
    useUiStore.setState((ui) => ({ isPaletteOpen: !ui.isPaletteOpen }))
  else if (!(isCommand && event.key.toLowerCase() === 'f' && focusSearch())) return
  event.preventDefault()
}

export function useShortcuts(): void {
  useEffect(() => {
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
