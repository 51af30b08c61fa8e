/** Which block an arrow key goes to. Pure. */
export interface Spot {
  key: string
  dayIndex: number
  top: number
  lane: number
}

type Pressed = Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'altKey' | 'shiftKey'>

/** null: the key means nothing here. Up and down go through the day and on to the next; left and right to the nearest time. */
export function movedTo(spots: readonly Spot[], current: string, pressed: Pressed): string | null {
  if (pressed.metaKey || pressed.ctrlKey || pressed.altKey || pressed.shiftKey) return null
  const sorted = [...spots].sort((a, b) => a.dayIndex - b.dayIndex || a.top - b.top || a.lane - b.lane)
  const at = sorted.findIndex(({ key }) => key === current)
  const here = sorted[at]
  if (here === undefined) return null
  switch (pressed.key) {
    case 'ArrowDown':
      return sorted[at + 1]?.key ?? here.key
    case 'ArrowUp':
      return sorted[at - 1]?.key ?? here.key
    case 'ArrowRight':
      return beside(sorted, here, 1) ?? here.key
    case 'ArrowLeft':
      return beside(sorted, here, -1) ?? here.key
    case 'Home':
      return sorted[0]?.key ?? null
    case 'End':
      return sorted.at(-1)?.key ?? null
    default:
      return null
  }
}

/** In the nearest day that way which has any: the one that begins nearest. */
function beside(sorted: readonly Spot[], here: Spot, by: 1 | -1): string | null {
  const days = sorted
    .map(({ dayIndex }) => dayIndex)
    .filter((day) => (by === 1 ? day > here.dayIndex : day < here.dayIndex))
  if (days.length === 0) return null
  const day = by === 1 ? Math.min(...days) : Math.max(...days)
  const distance = (spot: Spot): number => Math.abs(spot.top - here.top)
  const [nearest] = sorted.filter((spot) => spot.dayIndex === day).sort((a, b) => distance(a) - distance(b))
  return nearest?.key ?? null
}
