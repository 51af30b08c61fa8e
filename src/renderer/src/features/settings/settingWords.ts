/** What the page knows of each setting beyond the server's words: its range, and what its odd numbers mean. */
import type { SettingName } from '../../../../shared/settings.ts'
import { kindOf, writeValue, type Specials } from './settingText.ts'

export interface SettingWords {
  /** null: chosen from a list. The server has the last word; a test holds these to its rules. */
  range: { min: number; max: number } | null
  specials: Specials
  /** What can be chosen, in people's words; only where the range is null. */
  choices?: readonly { value: string; label: string }[]
}

const timeout = { range: { min: 100, max: 3_600_000 }, specials: {} }

function choice(choices: readonly (readonly [string, string])[]): SettingWords {
  return { range: null, specials: {}, choices: choices.map(([value, label]) => ({ value, label })) }
}

export const settingWords: Readonly<Record<SettingName, SettingWords>> = {
  maxLoadedModels: { range: { min: 1, max: 64 }, specials: {} },
  defaultKeepAliveSeconds: {
    range: { min: -1, max: 31_536_000 },
    specials: { [-1]: ['Always', 'for ever', 'forever', '-1'], 0: ['Unload at once', 'at once', 'not at all', '0'] }
  },
  engineThreads: { range: { min: 0, max: 256 }, specials: { 0: ['automatic', 'auto'] } },
  reserveBytes: { range: { min: 0, max: 2 ** 50 }, specials: { 0: ['by machine size', 'automatic', 'auto', '0'] } },
  pressureReaction: choice([
    ['offer', 'Offer to unload'],
    ['unload', 'Unload by itself']
  ]),
  engineCacheType: choice([
    ['f16', 'f16 (exact)'],
    ['q8_0', 'q8_0 (half)'],
    ['q4_0', 'q4_0 (a quarter)']
  ]),
  apiTimeoutMs: { ...timeout, range: { min: 100, max: 600_000 } },
  firstTokenTimeoutMs: timeout,
  tokenGapTimeoutMs: timeout,
  theme: choice([
    ['system', 'System'],
    ['light', 'Light'],
    ['dark', 'Dark']
  ])
}

/** "1 to 64 models", "100 ms to 10 min", "Up to 365 days, or “Unload at once” or “Always”"; null where a list says it. */
export function rangeText(name: SettingName, unit: string | null): string | null {
  const { range, specials } = settingWords[name]
  if (range === null) return null
  const kind = kindOf(name)
  const most = writeValue(range.max, kind)
  const words = Object.values(specials).map((list) => `“${list[0] ?? ''}”`)
  // A least value that has a word of its own is said by it.
  const numbers = specials[range.min] === undefined ? `${writeValue(range.min, kind)} to ${most}` : `Up to ${most}`
  // The other kinds write their own units.
  const span = kind === 'count' && unit !== null ? `${numbers} ${unit}` : numbers
  return words.length === 0 ? span : `${span}, or ${words.join(' or ')}`
}

/** Why a number cannot be taken, before the server is asked; null when it can. */
export function outOfRange(name: SettingName, value: number): string | null {
  const { range } = settingWords[name]
  if (range === null || (value >= range.min && value <= range.max)) return null
  const limit =
    value < range.min
      ? `At least ${writeValue(range.min, kindOf(name))}`
      : `At most ${writeValue(range.max, kindOf(name))}`
  return `${limit}.`
}
