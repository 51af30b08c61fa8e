/** Would catch: an answer with a hole in it after a lost connection, a step that runs for ever, and words of a run that nobody looks at. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { RunProgress, RunSummary, StepResult } from '../../../shared/run.ts'
import { useRunStore, watchRun, withMoved, withRuns, withSnapshot, withTokens, type RunMirror } from './runStore.ts'

const step = (status: StepResult['status']) => ({ item: 3, stepId: 'draft', status }) as StepResult
const piece = (text: string, runId = 'a') => ({ runId, item: 3, stepId: 'draft', text })
const run = (id: string) => ({ id }) as RunSummary

let mirror: RunMirror
const hear = (changes: Partial<RunMirror>): void => void (mirror = { ...mirror, ...changes })

beforeEach(() => {
  watchRun('a')
  mirror = useRunStore.getState()
})

describe('the mirror of runs', () => {
  it('joins the pieces of an answer under way, begins anew with an empty one, and lets go of it at its end', () => {
    for (const text of ['The ', 'answer', '', 'Again']) hear(withTokens(mirror, piece(text)))
    expect(mirror.tokens).toEqual({ '3:draft': 'Again' })
    hear(withMoved(mirror, 'a', [step('done')]))
    expect([mirror.tokens, mirror.moved['3:draft']?.status]).toEqual([{}, 'done'])
  })

  it('listens only to the run that is looked at', () => {
    expect(withTokens(mirror, piece('x', 'b'))).toEqual({})
    expect(withMoved(mirror, 'b', [step('running')])).toEqual({})
  })

  it('drops with a snapshot what it heard before, for something may be missing of it', () => {
    hear(withMoved(mirror, 'a', [step('running')]))
    hear(withTokens(mirror, piece('The ')))
    const { snapshots } = mirror
    hear(withSnapshot(mirror, [run('a')]))
    expect(mirror).toMatchObject({ moved: {}, tokens: {}, isKnown: true, watchedId: 'a', snapshots: snapshots + 1 })
  })

  it('forgets the progress of runs that are gone', () => {
    hear({ progress: { a: {} as RunProgress, b: {} as RunProgress } })
    expect(Object.keys(withRuns(mirror, [run('b')]).progress)).toEqual(['b'])
  })
})
