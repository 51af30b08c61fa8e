/** The screens there are, in the sidebar's order; the key that opens each is its place in this list. */
export const screens = [
  { name: 'models', label: 'Models' },
  { name: 'memory', label: 'Memory' },
  { name: 'chains', label: 'Chains' },
  { name: 'runs', label: 'Runs' },
  { name: 'schedule', label: 'Schedule' },
  { name: 'activity', label: 'Activity' },
  { name: 'diagnostics', label: 'Diagnostics' },
  { name: 'settings', label: 'Settings' }
] as const

export type ScreenName = (typeof screens)[number]['name']

/** As a KeyboardEvent has it. */
export interface KeyChord {
  key: string
  metaKey: boolean
  ctrlKey: boolean
  altKey: boolean
  shiftKey: boolean
}

/** The screen a key chord asks for, or null: Cmd or Ctrl with the digit of its place, or with a comma for settings. */
export function screenForKey(event: KeyChord): ScreenName | null {
  if (!(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return null
  if (event.key === ',') return 'settings'
  return /^[1-9]$/.test(event.key) ? (screens[Number(event.key) - 1]?.name ?? null) : null
}
