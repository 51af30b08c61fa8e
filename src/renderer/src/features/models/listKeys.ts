/** What a key means in the list of models. Pure. */
export type ListCommand = { do: 'select'; key: string } | { do: 'open' | 'toggle-panel' | 'load' | 'unload' | 'leave' }

type Pressed = Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'altKey'>

const commands: Readonly<Record<string, ListCommand>> = {
  Enter: { do: 'open' },
  ' ': { do: 'toggle-panel' },
  l: { do: 'load' },
  u: { do: 'unload' },
  Escape: { do: 'leave' }
}

export function listCommand(pressed: Pressed, keys: readonly string[], current: string | null): ListCommand | null {
  if (pressed.metaKey || pressed.ctrlKey || pressed.altKey || keys.length === 0) return null
  const at = current === null ? -1 : keys.indexOf(current)
  const target = (index: number): ListCommand | null => {
    const key = keys[Math.min(keys.length - 1, Math.max(0, index))]
    return key === undefined ? null : { do: 'select', key }
  }
  switch (pressed.key) {
    case 'ArrowDown':
      return target(at + 1)
    case 'ArrowUp':
      return target(at - 1)
    case 'Home':
      return target(0)
    case 'End':
      return target(keys.length - 1)
    case 'PageDown':
      return target(at + 10)
    case 'PageUp':
      return target(at - 10)
    default:
      return commands[pressed.key] ?? commands[pressed.key.toLowerCase()] ?? null
  }
}
