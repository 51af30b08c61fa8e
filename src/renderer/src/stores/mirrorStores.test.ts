import { describe, expect, it } from 'vitest'
import type { ActivityEvent } from '../../../shared/activity.ts'
import type { Prediction } from '../../../shared/fit.ts'
import type { HostRequests } from '../../../shared/hostRequests.ts'
import type { MemoryPoint, MemorySample } from '../../../shared/memory.ts'
import type { Model } from '../../../shared/model.ts'
import { predictionOf } from '../features/models/testPrediction.ts'
import { activityPageSize, withEvents, withNewest, withOlder } from './activityStore.ts'
import { withFits, type FitMirror } from './fitStore.ts'
import { withHostRequests } from './hostRequestStore.ts'
import { historyRangeMs, withFiner, withHistory, withSample, type MemoryMirror } from './memoryStore.ts'
import { withModel, withModels, type ModelMirror } from './modelStore.ts'
import { withOperations, withProgress, type OperationMirror } from './operationStore.ts'

const noModels: ModelMirror = { byKey: {}, keys: [], isKnown: false }

// Only what the merge looks at; the rest of a model is carried along unread.
function modelOf(name: string, heldBytes: number | null = null): Model {
  return { id: { hostId: 'ollama', name }, heldBytes } as Model
}

const fitOf = (name: string, changes: Partial<Prediction> = {}): Prediction =>
  predictionOf({ id: { hostId: 'ollama', name }, ...changes })

describe('models', () => {
  it('keep their objects in a new list where nothing changed, so that their rows do not draw again', () => {
    const before = withModels(noModels, [modelOf('a'), modelOf('b', 1)])
    const after = withModels(before, [modelOf('a'), modelOf('b', 2)])
    expect(after.byKey['ollama/a']).toBe(before.byKey['ollama/a'])
    expect(after.byKey['ollama/b']).not.toBe(before.byKey['ollama/b'])
    expect(after.keys).toBe(before.keys)
  })

  it('leave with the list, and one that changes before its list comes is added once', () => {
    const one = withModel(withModels(noModels, [modelOf('a')]), modelOf('b'))
    expect(withModel(one, modelOf('b', 5)).keys).toEqual(['ollama/a', 'ollama/b'])
    expect(withModels(one, [modelOf('b')]).keys).toEqual(['ollama/b'])
  })
})

describe('fits', () => {
  const none: FitMirror = { byKey: {}, relief: null }

  it('keep their objects where nothing changed, so that two hundred rows are not drawn for one', () => {
    const before = withFits(none, [fitOf('a'), fitOf('b')], null)
    const after = withFits(before, [fitOf('a'), fitOf('b', { verdict: 'does_not_fit' })], null)
    expect(after.byKey['ollama/a']).toBe(before.byKey['ollama/a'])
    expect(after.byKey['ollama/b']?.verdict).toBe('does_not_fit')
    expect(withFits(before, [fitOf('a'), fitOf('b')], null).byKey).toBe(before.byKey)
  })

  it('go with their models', () => {
    const before = withFits(none, [fitOf('a'), fitOf('b')], null)
    expect(Object.keys(withFits(before, [fitOf('b')], null).byKey)).toEqual(['ollama/b'])
  })

  it('keep an offer that is the same, and take it back', () => {
    const relief = { unload: [{ hostId: 'ollama', name: 'a' }], bytes: 5 }
    const before = withFits(none, [], relief)
    expect(withFits(before, [], { ...relief, unload: [...relief.unload] }).relief).toBe(before.relief)
    expect(withFits(before, [], null).relief).toBeNull()
  })
})

describe('memory', () => {
  const noMemory: MemoryMirror = { sample: null, points: [], isHistoryKnown: false }
  const sampleAt = (sampledAt: number, changes: Partial<MemorySample> = {}): MemorySample =>
    ({
      sampledAt,
      isStale: false,
      models: [],
      gpus: [],
      usedBytes: 1,
      otherBytes: 1,
      ...changes
    }) as unknown as MemorySample
  const pointAt = (at: number): MemoryPoint => ({ at, spanMs: 0, held: {} }) as unknown as MemoryPoint
  const times = (mirror: MemoryMirror): number[] => mirror.points.map((point) => point.at)

  it('draws no point for a stale sample or one that was drawn: an old reading is not a new one', () => {
    let mirror = withSample(noMemory, sampleAt(1_000))
    mirror = withSample(mirror, sampleAt(1_000, { isStale: true }))
    mirror = withSample(mirror, sampleAt(2_000, { isStale: true }))
    // The hole: from here on nothing is known.
    expect(times(mirror)).toEqual([1_000, 1_001])
    expect(mirror.points.at(-1)?.usedBytes).toBeNull()
    expect(mirror.sample?.isStale).toBe(true)
  })

  it('forgets what is older than an hour, and all of it after a night asleep', () => {
    const hour = historyRangeMs
    const mirror = withSample({ ...noMemory, points: [pointAt(0), pointAt(5_000)] }, sampleAt(hour + 1_000))
    expect(times(mirror)).toEqual([5_000, 5_001, hour + 1_000])
    expect(times(withSample(mirror, sampleAt(9 * hour)))).toEqual([9 * hour])
  })

  it('notes a hole where samples stopped coming, and none between samples that came slowly', () => {
    const slow = withSample(withSample(noMemory, sampleAt(1_000)), sampleAt(16_000))
    expect(times(slow)).toEqual([1_000, 16_000])
    const mirror = withSample(slow, sampleAt(60_000))
    expect(times(mirror)).toEqual([1_000, 16_000, 16_001, 60_000])
    expect(mirror.points[2]).toMatchObject({ usedBytes: null, otherBytes: null, held: {} })
  })

  it('puts a late history under the points that came meanwhile, each once', () => {
    const mirror = withHistory({ ...noMemory, points: [pointAt(30), pointAt(40)] }, [pointAt(10), pointAt(30)])
    expect(times(mirror)).toEqual([10, 30, 40])
  })

  it('goes on after the clock was set back, with what lay ahead written anew', () => {
    const mirror = withSample({ ...noMemory, points: [pointAt(10_000), pointAt(90_000)] }, sampleAt(20_000))
    expect(times(mirror)).toEqual([10_000, 20_000])
    // A moment out of order is no clock set back.
    expect(times(withSample(mirror, sampleAt(19_000)))).toEqual([10_000, 20_000])
  })

  it('takes the finer points where there are some, and no mean that speaks for the same time', () => {
    const means = [0, 10_000, 20_000].map((at) => ({ ...pointAt(at), spanMs: 10_000 }))
    const finer = [pointAt(15_000), pointAt(16_000)]
    expect(withFiner(means, finer).map(({ at }) => at)).toEqual([0, 15_000, 16_000])
    expect(withFiner(means, [])).toEqual(means)
  })

  it('leaves a model of unknown size out of the graph instead of drawing it as 0', () => {
    const models = [{ id: { hostId: 'ollama', name: 'a' }, heldBytes: null }] as unknown as MemorySample['models']
    expect(withSample(noMemory, sampleAt(1, { models })).points[0]?.held).toEqual({})
  })
})

describe('requests of hosts', () => {
  it('keep their objects where nothing changed: a busy host must not draw the others again', () => {
    const of = (hostId: string, running: number): HostRequests => ({ hostId, queue: { running } }) as HostRequests
    const before = withHostRequests({ hosts: [] }, [of('a', 0), of('b', 0)])
    const after = withHostRequests(before, [of('a', 1), of('b', 0)])
    expect(after.hosts[0]).not.toBe(before.hosts[0])
    expect(after.hosts[1]).toBe(before.hosts[1])
    expect(withHostRequests(after, [of('b', 0)]).hosts).toHaveLength(1)
  })
})

describe('operations', () => {
  const none: OperationMirror = { operations: [], progressById: {}, cameAtById: {}, textById: {} }

  it('keeps the text of answers this page waits for, in order, and of no others', () => {
    let mirror: OperationMirror = { ...none, textById: { mine: '' } }
    for (const text of ['Em', 'bers']) mirror = withProgress(mirror, 'mine', { kind: 'tokens', text })
    mirror = withProgress(mirror, 'other', { kind: 'tokens', text: 'x' })
    expect(mirror.textById).toEqual({ mine: 'Embers' })
  })

  it('knows when the newest progress came, so that a wait counts on from there and not from when it is looked at', () => {
    const queued = { kind: 'queued', position: 2, waiting: 2, elapsedMs: 0 } as const
    const before = Date.now()
    const mirror = withProgress(none, 'answer-1', queued)
    expect(mirror.cameAtById['answer-1']).toBeGreaterThanOrEqual(before)
  })

  it('forgets the progress of what has ended, and shows the last known of what a reload finds running', () => {
    const progress = { kind: 'load', elapsedMs: 400, fraction: null } as const
    const asked = { id: 'load-0001', kind: 'load', modelId: null, actor: 'you', ruleId: null } as const
    const running = { ...asked, startedAt: 0, progress }
    const mirror = withOperations(none, [running])
    expect(mirror.progressById).toEqual({ 'load-0001': progress })
    expect(withOperations(mirror, [])).toMatchObject({ progressById: {}, cameAtById: {} })
  })
})

describe('events', () => {
  const event = (id: number, at = id): ActivityEvent => ({ id, at }) as ActivityEvent
  const down = (from: number, count: number): ActivityEvent[] =>
    Array.from({ length: count }, (_, index) => event(from - index))
  const ids = ({ events }: { events: readonly ActivityEvent[] }): number[] => events.map(({ id }) => id)
  const mirrorOf = (events: ActivityEvent[], isComplete = false) => ({ events, isKnown: true, isComplete })

  it('join in pages that overlap, newest first', () => {
    expect(ids(withEvents(mirrorOf([event(5), event(4)]), [event(4), event(3), event(6)]))).toEqual([6, 5, 4, 3])
  })

  it('keep their older pages after a reconnect that missed little', () => {
    const mirror = withNewest(mirrorOf(down(300, 300), true), down(310, activityPageSize))
    expect(ids(mirror)).toHaveLength(310)
    expect(mirror.isComplete).toBe(true)
  })

  it('begin anew where a page would leave a hole unseen, and can be read further back again', () => {
    const mirror = withNewest(mirrorOf(down(300, 300), true), down(900, activityPageSize))
    expect(ids(mirror).at(-1)).toBe(900 - activityPageSize + 1)
    expect(mirror.isComplete).toBe(false)
  })

  it('of another log, whose ids begin again, do not mix with the old ones', () => {
    const mirror = withNewest(mirrorOf(down(300, 300)), [event(2, 9_002), event(1, 9_001)])
    expect(ids(mirror)).toEqual([2, 1])
    expect(mirror.isComplete).toBe(true)
    expect(withOlder(mirror, event(1), down(300, 5))).toBe(mirror)
  })

  it('are complete when an older page is short, and not before', () => {
    const first = withNewest(mirrorOf([]), down(500, activityPageSize))
    expect(first.isComplete).toBe(false)
    const second = withOlder(first, event(301), down(300, activityPageSize))
    expect(second.isComplete).toBe(false)
    expect(withOlder(second, event(101), down(100, 100))).toMatchObject({ isComplete: true })
  })
})
