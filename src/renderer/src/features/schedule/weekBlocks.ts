/** The preview as blocks on the seven days: split at midnight, warm-up lead before, clashes marked, lanes side by side. Pure. */
import type { Clash, Preview, PreviewEntry, Rule } from '../../../../shared/schedule.ts'
import { intoLanes, type Extent, type Overflow, type Placed } from './lanes.ts'
import { columnMinutes, minutesOn, type Day } from './weekDays.ts'
import type { Zone } from './zone.ts'

/** A stretch of a block, in minutes of its column. */
export interface Piece extends Extent {
  /** null: all is well. */
  clash: Clash | null
}

export interface Block extends Extent {
  /** Unique in the week, and the same from one preview to the next. */
  key: string
  ruleId: string
  entry: PreviewEntry
  dayIndex: number
  /** The part of the entry that lies on this day. */
  fromAt: number
  toAt: number
  /** False where it goes on from the day before. */
  isStart: boolean
  isEnd: boolean
  /** A moment, not a stretch: an `at` rule. */
  isPoint: boolean
  /** Where the warm-up lead begins on this day; null where none of it lies here. */
  warmTop: number | null
  /** Top to bottom without a hole. `clash` where this very block is what does not fit. */
  pieces: Piece[]
  /** Every clash it takes part in, its own fault or not. */
  clashes: Clash[]
}

export interface DayBlocks {
  day: Day
  placed: Placed<Block>[]
  overflows: Overflow<Block>[]
}

export interface LayoutOptions {
  zone: Zone
  days: readonly Day[]
  rules: readonly Rule[]
  /** A block is drawn at least so high, to be hit and read. */
  leastMinutes: number
  mostLanes: number
  /** How much lower one begins that may lie on another's right half. */
  rideMinutes: number
}

export function weekBlocks(preview: Preview, options: LayoutOptions): DayBlocks[] {
  const kinds = new Map(options.rules.map((rule) => [rule.id, rule.when.kind]))
  const causes = new Map(preview.clashes.map((clash) => [clash, causesOf(clash, preview.entries)]))
  return options.days.map((day, dayIndex) => {
    const blocks = preview.entries.flatMap((entry) => {
      const isPoint = kinds.get(entry.ruleId) === 'at'
      const block = blockOf(entry, { day, dayIndex, isPoint, ...options })
      return block === null ? [] : [withClashes(block, preview.clashes, causes, day, options.zone)]
    })
    return { day, ...intoLanes(blocks, options) }
  })
}

type Place = LayoutOptions & { day: Day; dayIndex: number; isPoint: boolean }

function blockOf(entry: PreviewEntry, place: Place): Block | null {
  const { day, dayIndex, isPoint, zone, leastMinutes } = place
  // Of a moment only its start is drawn: how long the model stays after it depends on who uses it.
  const endAt = isPoint ? entry.startAt + 1 : Math.max(entry.endAt, entry.startAt + 1)
  const fromAt = Math.max(entry.startAt, day.startAt)
  const toAt = Math.min(endAt, day.endAt)
  const hasLead = entry.warmFromAt < entry.startAt && entry.warmFromAt < day.endAt && entry.startAt > day.startAt
  if (fromAt >= toAt) return null
  const start = minutesOn(day, zone, fromAt)
  const end = isPoint ? start : minutesOn(day, zone, toAt)
  const top = Math.max(0, Math.min(start, columnMinutes - leastMinutes))
  const bottom = Math.min(columnMinutes, Math.max(end, top + leastMinutes))
  return {
    key: `${entry.ruleId} ${entry.startAt} ${dayIndex}`,
    ruleId: entry.ruleId,
    entry,
    dayIndex,
    fromAt,
    toAt,
    isStart: entry.startAt >= day.startAt,
    isEnd: endAt <= day.endAt,
    isPoint,
    top,
    bottom,
    warmTop: hasLead ? Math.min(top, minutesOn(day, zone, Math.max(entry.warmFromAt, day.startAt))) : null,
    pieces: [{ top, bottom, clash: null }],
    clashes: []
  }
}

/** Those who come last to a clash are what will not be warmed; the others were there before. */
function causesOf(clash: Clash, entries: readonly PreviewEntry[]): ReadonlySet<PreviewEntry> {
  const partners = entries.filter((entry) => takesPart(entry, clash))
  const lastStart = Math.max(...partners.map(({ startAt }) => startAt))
  return new Set(partners.filter(({ startAt }) => startAt === lastStart))
}

function takesPart({ ruleId, warmFromAt, endAt }: PreviewEntry, clash: Clash): boolean {
  return clash.ruleIds.includes(ruleId) && warmFromAt < clash.toAt && endAt > clash.fromAt
}

function withClashes(
  block: Block,
  all: readonly Clash[],
  causes: ReadonlyMap<Clash, ReadonlySet<PreviewEntry>>,
  day: Day,
  zone: Zone
): Block {
  const isHere = (clash: Clash): boolean => clash.fromAt < day.endAt && clash.toAt > day.startAt
  const clashes = all.filter((clash) => takesPart(block.entry, clash) && isHere(clash))
  const own = clashes.filter((clash) => causes.get(clash)?.has(block.entry) === true)
  if (own.length === 0) return { ...block, clashes }
  if (block.isPoint) return { ...block, clashes, pieces: [{ ...block.pieces[0]!, clash: own[0] ?? null }] }
  const marked = own.map((clash) => ({
    clash,
    top: clash.fromAt <= block.fromAt ? block.top : minutesOn(day, zone, clash.fromAt),
    bottom: clash.toAt >= block.toAt ? block.bottom : minutesOn(day, zone, clash.toAt)
  }))
  return { ...block, clashes, pieces: piecesOf(block, marked) }
}

function piecesOf({ top, bottom }: Extent, marked: readonly (Piece & { clash: Clash })[]): Piece[] {
  const pieces: Piece[] = []
  let at = top
  for (const mark of [...marked].sort((a, b) => a.top - b.top)) {
    const from = Math.min(bottom, Math.max(at, mark.top))
    const to = Math.min(bottom, Math.max(from, mark.bottom))
    if (from > at) pieces.push({ top: at, bottom: from, clash: null })
    if (to > from) pieces.push({ top: from, bottom: to, clash: mark.clash })
    at = Math.max(at, to)
  }
  if (at < bottom || pieces.length === 0) pieces.push({ top: at, bottom, clash: null })
  return pieces
}
