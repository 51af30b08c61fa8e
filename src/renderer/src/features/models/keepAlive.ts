/** How long a model stays: the choices, the words, and the advice that follows from how many models are kept. Pure. */
import { formatSpan } from '../../lib/format.ts'

export const always = -1

/** The choices that stand in view; the rest are in the menu beside them. */
export const mainChoices = [
  { seconds: 300, label: '5 min' },
  { seconds: 1_800, label: '30 min' },
  { seconds: 3_600, label: '1 h' },
  { seconds: always, label: 'Always' }
] as const

export const moreChoices = [
  { seconds: 0, label: 'Unload at once' },
  { seconds: 900, label: '15 min' }
] as const

/** Any time by the word its choice has: "Always", "Unload at once", "30 min". */
export function choiceLabel(seconds: number): string {
  const choice = [...mainChoices, ...moreChoices].find((each) => each.seconds === Math.max(always, seconds))
  return choice?.label ?? formatSpan(seconds)
}

/** "30 min after its last use", "until you unload it", "not at all after an answer". */
export function keepWords(seconds: number): string {
  if (seconds < 0) return 'Stays until you unload it.'
  if (seconds === 0) return 'Unloads as soon as it has answered.'
  return `Unloads ${formatSpan(seconds)} after its last use.`
}

export interface KeepAdvice {
  words: string
  seconds: number
  action: string
}

const countWords = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine']

/** What suits so many kept models; null where the present time already does, or none is kept. */
export function keepAdvice(keptCount: number, seconds: number): KeepAdvice | null {
  if (keptCount < 1) return null
  const kept = `${countWords[keptCount] ?? keptCount} ${keptCount === 1 ? 'model is' : 'models are'} kept.`
  if (keptCount === 1) {
    if (seconds < 0 || seconds === 3_600) return null
    return { words: `${kept} An hour, or Always, suits that.`, seconds: 3_600, action: 'Keep 1 h' }
  }
  const suits = keptCount <= 3 ? 1_800 : 900
  if (seconds === suits) return null
  const minutes = suits / 60
  return { words: `${kept} ${minutes} minutes suits that.`, seconds: suits, action: `Keep ${minutes} min` }
}
