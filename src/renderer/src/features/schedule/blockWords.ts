/** What a block says to those who listen, and what its tip lists. Pure. */
import type { Prediction } from '../../../../shared/fit.ts'
import { listWords } from '../../../../shared/ruleWords.ts'
import type { PreviewEntry, Rule } from '../../../../shared/schedule.ts'
import { formatAbout, formatBytes, formatCount, formatSpan } from '../../lib/format.ts'
import { minutesOf } from './ruleFields.ts'
import { clashWords, entryTimes, longDayWords, type NameOf } from './scheduleWords.ts'
import type { Block } from './weekBlocks.ts'
import { timeWords, type Zone } from './zone.ts'

/** "Office hours, Wednesday 18 Mar, 08:30 to 18:30, qwen3:8b and llama3.2:3b, does not fit: 5.7 GB over". */
export function blockLabel(block: Block, rule: Rule, zone: Zone, nameOf: NameOf): string {
  const names = listWords(rule.models.map(({ id }) => nameOf(id)))
  const clash = ownClash(block)
  return [
    rule.name,
    longDayWords(zone, block.fromAt),
    entryTimes(zone, block.entry, block.isPoint),
    names,
    ...(clash === null ? [] : [clash])
  ].join(', ')
}

/** What is said of the worst clash it takes part in; null where it takes part in none. */
export function ownClash(block: Block): string | null {
  const own = block.pieces.find((piece) => piece.clash !== null)?.clash ?? null
  if (own !== null) return `does not fit: ${clashWords(own)}`
  const [other] = block.clashes
  return other === undefined ? null : `part of a clash: ${clashWords(other)}`
}

/** "warmed from 08:29, about 20 s before". */
export function leadWords({ entry }: Block, zone: Zone): string | null {
  const leadMs = entry.startAt - entry.warmFromAt
  return leadMs <= 0 ? null : `Warmed from ${timeWords(zone, entry.warmFromAt)}, ${formatAbout(leadMs)} before`
}

/** Where a window does not end when its sentence says, because the clocks change in it: why. */
export function clockChangeWords(entry: PreviewEntry, { when }: Pick<Rule, 'when'>, zone: Zone): string | null {
  if (when.kind !== 'window') return null
  const usualEnd = (minutesOf(when.time) + when.minutes) % (24 * 60)
  if (zone.wallAt(entry.endAt).minutes === usualEnd) return null
  return `The clocks change: it lasts ${formatSpan(when.minutes * 60)} all the same`
}

/** "7.9 GB", "context 16,384": what is known of one model in this rule. */
export function modelFacts(contextLength: number | null, fit: Prediction | undefined): string {
  const isUsual = contextLength === null || contextLength === fit?.contextLength
  const bytes = isUsual && fit?.needBytes != null ? formatBytes(fit.needBytes) : null
  const context = contextLength === null ? null : `context ${formatCount(contextLength)}`
  return [bytes, context].filter(Boolean).join(', ') || 'need unknown'
}
