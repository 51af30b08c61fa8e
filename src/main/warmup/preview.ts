/** What the rules will do in the next days, and where what they keep does not fit together. Pure. */
import type { ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Clash, Preview, PreviewEntry, Rule } from '../../shared/schedule.ts'
import type { Calendar } from './occurrences.ts'
import { leadOf, windowEnd } from './rulePhase.ts'
import { nothingHeld, overBytes, plus, type ModelNeed, type Room } from './sharedRoom.ts'

export interface PreviewModel extends ModelNeed {
  key: string
  usualLoadMs: number | null
  /** Negative: for ever. */
  keepAliveSeconds: number
}

export interface PreviewInput {
  rules: readonly Rule[]
  calendar: Calendar
  now: number
  fromAt: number
  days: number
  /** Null: an alias that points nowhere. */
  modelOf: (id: ModelId, contextLength: number | null) => PreviewModel | null
  room: Room
}

interface Planned extends PreviewEntry {
  /** The order of the list decides between two that begin together. */
  position: number
  isWindow: boolean
  models: PreviewModel[]
}

const dayMs = 86_400_000
/** A model that goes at once is shown for a moment all the same. */
const momentMs = 60_000

export function previewOf(input: PreviewInput): Preview {
  const { calendar, fromAt, days, rules } = input
  const toAt = calendar.addDays(fromAt, days)
  const unknownNeeds = new Map<string, ModelId>()
  const planned = rules
    .flatMap((rule, position) => (rule.isEnabled ? planRule(rule, position, input, toAt, unknownNeeds) : []))
    .sort((a, b) => a.startAt - b.startAt || a.position - b.position)
  return {
    fromAt,
    toAt,
    timeZone: calendar.timeZone,
    entries: planned.map(({ ruleId, warmFromAt, startAt, endAt, isActive }) => ({
      ruleId,
      warmFromAt,
      startAt,
      endAt,
      isActive
    })),
    clashes: [...clashesOfWindows(planned, input), ...clashesOfMoments(planned, input)]
      .map((clash) => ({ ...clash, fromAt: Math.max(clash.fromAt, fromAt), toAt: Math.min(clash.toAt, toAt) }))
      .filter((clash) => clash.fromAt < clash.toAt)
      .sort((a, b) => a.fromAt - b.fromAt),
    unknownNeeds: [...unknownNeeds.values()]
  }
}

function planRule(
  rule: Rule,
  position: number,
  { calendar, fromAt, now, modelOf }: PreviewInput,
  toAt: number,
  unknownNeeds: Map<string, ModelId>
): Planned[] {
  const { when } = rule
  if (when.kind !== 'at' && when.kind !== 'window') return []
  const models = rule.models.flatMap(({ id, contextLength }) => {
    const model = modelOf(id, contextLength)
    if (model === null || model.needBytes === null) unknownNeeds.set(model?.key ?? modelKey(id), id)
    return model ?? []
  })
  const isWindow = when.kind === 'window'
  const endOf = (startAt: number): number => (isWindow ? windowEnd(startAt, when) : startAt + keptMs(models))
  const leadMs = isWindow ? leadOf(models.map(({ usualLoadMs }) => usualLoadMs)) : 0
  const longestMs = endOf(0)
  return calendar.startsBetween(when, fromAt - longestMs + 1, toAt).map((startAt) => {
    const [warmFromAt, endAt] = [startAt - leadMs, endOf(startAt)]
    const isActive = isWindow && now >= warmFromAt && now < endAt
    return { ruleId: rule.id, warmFromAt, startAt, endAt, isActive, position, isWindow, models }
  })
}

/** Until its keep-alive would end it, a day at most: by then it is another day's matter. */
function keptMs(models: readonly PreviewModel[]): number {
  const longest = models.reduce(
    (most, { keepAliveSeconds }) => Math.max(most, keepAliveSeconds < 0 ? dayMs : keepAliveSeconds * 1_000),
    momentMs
  )
  return Math.min(dayMs, longest)
}

/** From one beginning or end of a window to the next nothing changes. */
function clashesOfWindows(planned: readonly Planned[], { room }: PreviewInput): Clash[] {
  const windows = planned.filter(({ isWindow }) => isWindow)
  const edges = [...new Set(windows.flatMap(({ startAt, endAt }) => [startAt, endAt]))].sort((a, b) => a - b)
  const clashes: Clash[] = []
  let open: Planned[] = []
  let next = 0
  for (const [index, fromAt] of edges.entries()) {
    const toAt = edges[index + 1]
    if (toAt === undefined) break
    open = open.filter(({ endAt }) => endAt > fromAt)
    for (let window = windows[next]; window && window.startAt <= fromAt; window = windows[next]) {
      open.push(window)
      next += 1
    }
    const excess = excessOf(open, room)
    if (excess) addClash(clashes, { fromAt, toAt, ...excess })
  }
  return clashes
}

/** A rule at a time takes nothing from a window: where it does not fit beside those that are open then, it clashes with them. */
function clashesOfMoments(planned: readonly Planned[], { room }: PreviewInput): Clash[] {
  return planned.flatMap((moment) => {
    if (moment.isWindow) return []
    const beside = planned.filter(
      ({ isWindow, startAt, endAt }) => isWindow && startAt <= moment.startAt && endAt > moment.startAt
    )
    const excess = excessOf([...beside, moment], room)
    // The windows alone are said already.
    if (excess === null || excessOf(beside, room) !== null) return []
    const toAt = Math.min(moment.endAt, ...beside.map(({ endAt }) => endAt))
    return { fromAt: moment.startAt, toAt, ...excess }
  })
}

function excessOf(open: readonly Planned[], room: Room): Omit<Clash, 'fromAt' | 'toAt'> | null {
  const engines = new Map<string, ModelNeed>()
  for (const model of open.flatMap(({ models }) => models)) {
    const known = engines.get(model.engine)
    if (known === undefined || (known.needBytes ?? 0) < (model.needBytes ?? 0)) engines.set(model.engine, model)
  }
  const tooMuch = overBytes([...engines.values()].reduce(plus, nothingHeld), room)
  const overModels = Math.max(0, engines.size - room.maxLoadedModels)
  if (tooMuch === 0 && overModels === 0) return null
  const ruleIds = [...new Set(open.map(({ ruleId }) => ruleId))]
  return { ruleIds, overBytes: tooMuch === 0 ? null : tooMuch, overModels }
}

/** What goes on as it was is one stretch. */
function addClash(clashes: Clash[], clash: Clash): void {
  const last = clashes.at(-1)
  const isSame =
    last?.toAt === clash.fromAt &&
    last.overBytes === clash.overBytes &&
    last.overModels === clash.overModels &&
    last.ruleIds.join() === clash.ruleIds.join()
  if (isSame) last.toAt = clash.toAt
  else clashes.push(clash)
}
