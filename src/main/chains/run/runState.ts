/** What has become of every item and step of a run, in a byte each: a run of any length holds no texts. */
import { itemStatuses, stepStatuses, type ItemStatus, type StepStatus } from '../../../shared/run.ts'
import type { PlannerGroup } from '../planner/planProblem.ts'

export interface RunState {
  readonly itemCount: number
  readonly stepCount: number
  step(item: number, place: number): StepStatus
  item(item: number): ItemStatus
  setStep(item: number, place: number, status: StepStatus): void
  setItem(item: number, status: ItemStatus): void
  /** Another model is to answer this step of this item: the item waits until nothing else is left to do. */
  takeFallback(item: number, place: number): void
  hasFallback(item: number, place: number): boolean
  /** It waits for models that others do not: left out until these have ended. */
  isPutOff(item: number): boolean
  /** It has neither ended nor begun. */
  isWaiting(item: number, place: number): boolean
  hasEnded(item: number): boolean
  /** Steps of this place that have yet to run. */
  todo(place: number): number
  /** Items that are not put off, and not ended. */
  leftNow(): number
  left(): number
  /** Steps that have ended, however. */
  stepsDone(): number
  counts(): Record<ItemStatus, number>
  /** Of the first item put off: the places of its fallbacks, and with the same ones all the others. */
  nextPutOff(): { places: number[]; isOne: (item: number) => boolean } | null
  groups(isOne: (item: number) => boolean): PlannerGroup[]
}

const waiting = stepStatuses.indexOf('waiting')
const running = stepStatuses.indexOf('running')
const itemWaiting = itemStatuses.indexOf('waiting')
const itemRunning = itemStatuses.indexOf('running')

export function createRunState(itemCount: number, stepCount: number): RunState {
  const steps = new Uint8Array(itemCount * stepCount)
  const items = new Uint8Array(itemCount)
  /** By item: the key of its fallbacks; most runs have none. */
  const putOff = new Map<number, string>()
  const todo = new Uint32Array(stepCount).fill(itemCount)
  const counted = itemStatuses.map(() => 0)
  counted[itemWaiting] = itemCount
  let stepsDone = 0
  let putOffLeft = 0

  const hasEnded = (item: number): boolean => {
    const status = items[item] ?? 0
    return status !== itemWaiting && status !== itemRunning
  }
  const isOver = (status: number): boolean => status !== waiting && status !== running
  const left = (): number => (counted[itemWaiting] ?? 0) + (counted[itemRunning] ?? 0)
  const placesOf = (key: string): number[] => key.split(',').map(Number)

  function todoOf(item: number): number[] {
    const places: number[] = []
    for (let place = 0; place < stepCount; place++) {
      if (!isOver(steps[item * stepCount + place] ?? 0)) places.push(place)
    }
    return places
  }

  return {
    itemCount,
    stepCount,
    step: (item, place) => stepStatuses[steps[item * stepCount + place] ?? 0] ?? 'waiting',
    item: (item) => itemStatuses[items[item] ?? 0] ?? 'waiting',
    setStep(item, place, status) {
      const at = item * stepCount + place
      const wasOver = isOver(steps[at] ?? 0)
      const next = stepStatuses.indexOf(status)
      steps[at] = next
      if (wasOver === isOver(next)) return
      const by = wasOver ? -1 : 1
      stepsDone += by
      todo[place] = (todo[place] ?? 0) - by
    },
    setItem(item, status) {
      const before = items[item] ?? 0
      const wasLeft = !hasEnded(item)
      const next = itemStatuses.indexOf(status)
      items[item] = next
      counted[before] = (counted[before] ?? 0) - 1
      counted[next] = (counted[next] ?? 0) + 1
      if (wasLeft && hasEnded(item) && putOff.delete(item)) putOffLeft -= 1
    },
    takeFallback(item, place) {
      const before = putOff.get(item)
      if (before === undefined) putOffLeft += 1
      const places = before === undefined ? [place] : [...new Set([...placesOf(before), place])].sort((a, b) => a - b)
      putOff.set(item, places.join(','))
    },
    hasFallback: (item, place) => placesOf(putOff.get(item) ?? '-1').includes(place),
    isPutOff: (item) => putOff.has(item),
    isWaiting: (item, place) => steps[item * stepCount + place] === waiting && !hasEnded(item),
    hasEnded,
    todo: (place) => todo[place] ?? 0,
    leftNow: () => left() - putOffLeft,
    left,
    stepsDone: () => stepsDone,
    counts() {
      const [waitingNow = 0, runningNow = 0, done = 0, stopped = 0, failed = 0] = counted
      return { waiting: waitingNow, running: runningNow, done, stopped, failed }
    },
    nextPutOff() {
      const first = putOff.entries().next().value
      if (first === undefined) return null
      const [, key] = first
      return { places: placesOf(key), isOne: (item) => putOff.get(item) === key }
    },
    groups(isOne) {
      const groups = new Map<string, { items: [number, number][]; todo: number[] }>()
      for (let item = 0; item < itemCount; item++) {
        if (hasEnded(item) || !isOne(item)) continue
        const places = todoOf(item)
        const key = places.join(',')
        const group = groups.get(key)
        const last = group?.items.at(-1)
        if (group === undefined) groups.set(key, { items: [[item, item]], todo: places })
        else if (last?.[1] === item - 1) last[1] = item
        else group.items.push([item, item])
      }
      return [...groups.values()]
    }
  }
}
