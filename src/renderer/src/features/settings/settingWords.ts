/** What the page knows of each setting beyond the server's words: what its odd numbers and its choices mean. */
import type { SettingName, SettingState } from '../../../../shared/settings.ts'
import { kindOf, writeValue, type Specials } from './settingText.ts'

export interface SettingWords {
  specials: Specials
  /** What can be chosen, in people's words. */
  choices?: Readonly<Record<string, string>>
}

const always = { [-1]: ['Always', 'for ever', 'forever', '-1'], 0: ['Unload at once', 'at once', 'not at all', '0'] }

/** Only settings whose numbers or choices have words of their own. */
const words: Partial<Readonly<Record<SettingName, SettingWords>>> = {
  defaultKeepAliveSeconds: { specials: always },
  keepAliveReaction: { specials: {}, choices: { tell: 'Say so', restore: 'Put mine back' } },
  engineThreads: { specials: { 0: ['automatic', 'auto'] } },
  reserveBytes: { specials: { 0: ['by machine size', 'automatic', 'auto', '0'] } },
  pressureReaction: { specials: {}, choices: { offer: 'Offer to unload', unload: 'Unload by itself' } },
  engineCacheType: {
    specials: {},
    choices: { f16: 'f16 (exact)', q8_0: 'q8_0 (half)', q4_0: 'q4_0 (a quarter)' }
  },
  runsTogether: { specials: {}, choices: { queue: 'One after the other', share: 'Side by side' } },
  runPatienceSeconds: { specials: { 0: ['not at all', 'never', '0'] } },
  unloadAfterUse: { specials: {}, choices: { on: 'On', off: 'Off' } },
  localTopK: { specials: { 0: ['all', '0'] } },
  localTokenLimit: { specials: { 0: ['by model size', 'automatic', 'auto', '0'] } },
  timeoutScaling: { specials: {}, choices: { on: 'On', off: 'Off' } },
  theme: { specials: {}, choices: { system: 'System', light: 'Light', dark: 'Dark' } }
}

const plain: SettingWords = { specials: {} }

export function settingWords(name: SettingName): SettingWords {
  return words[name] ?? plain
}

/** "1 to 64 models", "100 ms to 10 min", "Up to 365 days, or “Unload at once” or “Always”"; null where a list says it. */
export function rangeText({ name, unit, range }: Pick<SettingState, 'name' | 'unit' | 'range'>): string | null {
  const { specials } = settingWords(name)
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

/** "models" beside a plain number; null where the value says its unit itself, or is a word. */
export function unitWord({ name, unit, value }: Pick<SettingState, 'name' | 'unit' | 'value'>): string | null {
  if (unit === null || kindOf(name) !== 'count' || settingWords(name).specials[Number(value)] !== undefined) return null
  return value === 1 ? unit.replace(/s$/, '') : unit
}

/** Why a number cannot be taken, before the server is asked; null when it can. */
export function outOfRange({ name, range }: Pick<SettingState, 'name' | 'range'>, value: number): string | null {
  if (range === null || (value >= range.min && value <= range.max)) return null
  const limit =
    value < range.min
      ? `At least ${writeValue(range.min, kindOf(name))}`
      : `At most ${writeValue(range.max, kindOf(name))}`
  return `${limit}.`
}
