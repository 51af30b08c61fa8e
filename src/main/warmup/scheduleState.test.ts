/** What is on disk decides what happens after a restart: a start that was dealt with must read so, whatever came after it. */
import { expect, it } from 'vitest'
import { modelKey } from '../../shared/modelKey.ts'
import type { StoredRule } from '../storage/ruleStore.ts'
import { createCalendar } from './occurrences.ts'
import { inputOf } from './policyRig.ts'
import { createScheduleState } from './scheduleState.ts'
import { everyDay, ruleOf } from './schedulerRig.ts'

const noon = Date.UTC(2026, 5, 1, 12)
const hourMs = 3_600_000

function start(handledDueAt: number | null, time = '11:00') {
  const saved: StoredRule[] = []
  const { modelOf, room, work } = inputOf({ rules: [] })
  const state = createScheduleState({
    rules: [{ rule: ruleOf('r', { kind: 'at', time, days: everyDay }, 'a'), handledDueAt, lastRun: null }],
    calendar: createCalendar('UTC'),
    world: {
      modelOf,
      resolve: modelKey,
      usualLoadMs: () => null,
      room: () => room,
      work: () => work,
      graceMs: () => 2 * hourMs,
      quietAfterJobMs: () => 0
    },
    onSaved: (stored) => saved.push(stored)
  })
  return { state, saved }
}

it('a start counts as dealt with when its warm-up begins, not when it is put in the queue', () => {
  const { state, saved } = start(noon - 24 * hourMs)
  expect(state.look(noon)?.actions).toMatchObject([{ kind: 'warm', dueAt: noon - hourMs }])
  state.queued('r')
  expect(state.look(noon + 1, true)?.actions).toEqual([])
  expect(saved).toEqual([])
  state.began('r', noon - hourMs)
  expect(saved.at(-1)?.handledDueAt).toBe(noon - hourMs)
})

it('what is remembered only grows', () => {
  const { state } = start(noon)
  state.began('r', noon - 24 * hourMs)
  expect(state.get('r')?.handledDueAt).toBe(noon)
})

it('a rule of which nothing is remembered makes up for nothing of before, and has its turn after', () => {
  expect(start(null).state.look(noon)?.actions).toEqual([])
  const { state } = start(null, '12:30')
  state.look(noon)
  expect(state.look(noon + hourMs)?.actions).toMatchObject([{ kind: 'warm', dueAt: noon + hourMs / 2 }])
})

it('between two moments that matter a look costs nothing', () => {
  const { state } = start(noon - hourMs)
  state.look(noon)
  expect(state.nextLookAt()).toBe(noon + 23 * hourMs)
  expect(state.look(noon + 22 * hourMs)).toBeNull()
  expect(state.look(noon + 23 * hourMs)?.actions).toHaveLength(1)
})
