import { describe, expect, it } from 'vitest'
import { activityKinds, type ActivityEvent } from '../../../../shared/activity.ts'
import { activityDays } from './activityDays.ts'
import { activityGroups, everything, filterActivity, namedIn } from './activityFilter.ts'

const hostName = (): string => 'Ollama'

function event(id: number, part: Partial<ActivityEvent> = {}): ActivityEvent {
  return {
    id,
    at: id,
    kind: 'loaded',
    actor: 'you',
    modelId: { hostId: 'ollama', name: 'qwen3:8b' },
    hostId: 'ollama',
    reason: null,
    durationMs: null,
    bytes: null,
    error: null,
    ...part
  }
}
const outOfMemory = { code: 'out_of_memory' as const, message: 'Not enough memory.', hint: null }
const events = [
  event(5, { kind: 'load_failed', error: outOfMemory }),
  event(4, { kind: 'host_down', modelId: null }),
  event(3, { modelId: { hostId: 'builtin', name: 'qwen3:8b' }, hostId: 'builtin' }),
  event(2, { kind: 'pulled', modelId: { hostId: 'ollama', name: 'gemma3:1b' } }),
  event(1)
]
const ids = (filter: Partial<typeof everything>): number[] =>
  filterActivity(events, { ...everything, ...filter }, hostName).map(({ id }) => id)

describe('filterActivity', () => {
  it('shows everything until something is asked for', () => {
    expect(ids({})).toEqual([5, 4, 3, 2, 1])
  })

  it('keeps models of the same name on two hosts apart', () => {
    expect(ids({ model: 'ollama/qwen3:8b' })).toEqual([5, 1])
    expect(ids({ hostId: 'builtin' })).toEqual([3])
  })

  it('finds failed loads both among loads and among problems', () => {
    expect(ids({ group: 'problems' })).toEqual([5])
    expect(ids({ group: 'memory' })).toEqual([5, 3, 1])
    expect(ids({ group: 'hosts' })).toEqual([4])
  })

  it('searches what is on the screen, errors included, all words needed', () => {
    expect(ids({ search: 'not enough' })).toEqual([5])
    expect(ids({ search: 'GEMMA pulled' })).toEqual([2])
    expect(ids({ search: 'gemma loaded' })).toEqual([])
  })

  it('has every kind of event in some group, so that no filter hides it for good', () => {
    for (const kind of activityKinds) {
      const found = activityGroups.filter(
        ({ value }) => filterActivity([event(1, { kind })], { ...everything, group: value }, hostName).length === 1
      )
      expect(found).toHaveLength(1)
    }
  })

  it('offers the models and hosts that events name', () => {
    expect(namedIn(events)).toEqual({
      models: ['builtin/qwen3:8b', 'ollama/gemma3:1b', 'ollama/qwen3:8b'],
      hostIds: ['builtin', 'ollama']
    })
  })
})

describe('activityDays', () => {
  it('groups by the local day, not by 24 hours', () => {
    const now = new Date(2026, 4, 20, 0, 30).getTime()
    const days = activityDays(
      [event(3, { at: now }), event(2, { at: now - 3_600_000 }), event(1, { at: now - 7_200_000 })],
      now
    )
    expect(days.map(({ label, events: list }) => [label, list.length])).toEqual([
      ['Today', 1],
      ['Yesterday', 2]
    ])
  })
})
