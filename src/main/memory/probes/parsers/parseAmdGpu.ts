/** Files of an AMD card under /sys/class/drm/cardN/device: one decimal number and a line end each, bytes. */
import { parseWhole } from './parseWhole.ts'

/** "card1", not its connectors "card1-eDP-1" nor "renderD128". */
export function isCardFolder(name: string): boolean {
  return /^card\d{1,4}$/.test(name)
}

export function parseSysfsNumber(text: string | null): number | null {
  return text === null ? null : parseWhole(text.trim())
}

/**
 * The third byte of gpu_metrics tells its layout: 1 for cards, 2 and 3 for processors with graphics inside. Null where that file is
 * missing or shorter. `text` is the file read as Latin-1, one character per byte.
 */
export function isIntegratedByMetrics(text: string | null): boolean | null {
  const layout = text === null || text.length < 4 ? 0 : text.charCodeAt(2)
  if (layout === 1) return false
  return layout === 2 || layout === 3 ? true : null
}
