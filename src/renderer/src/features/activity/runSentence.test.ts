/** Would catch: a name of a chain lost among the words, a colon in it taken for the core's, a run with failures said to be good. */
import { expect, it } from 'vitest'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { sentence, sentenceText } from './sentence.ts'

function event(part: Partial<ActivityEvent>): ActivityEvent {
  const nothing = { modelId: null, hostId: null, reason: null, durationMs: null, bytes: null, error: null }
  return { id: 1, at: 0, kind: 'run_ended', actor: 'you', ...nothing, ...part }
}
const said = (part: Partial<ActivityEvent>): string => sentenceText(event(part), () => null)
const error = { code: 'model_not_found' as const, message: 'There is no such model.', hint: null }

it.each<[Partial<ActivityEvent>, string]>([
  [
    { kind: 'run_started', reason: 'Review a folder: 40 files, 312 kB' },
    'You began a run of Review a folder: 40 files, 312 kB'
  ],
  [
    { reason: 'Review a folder: 40 of 40 items, 9 loads', durationMs: 125_000 },
    'A run of Review a folder ended: 40 of 40 items, 9 loads, in 2 min 5 s'
  ],
  [
    { kind: 'run_failed', reason: 'Draft: 3 of 40 items, 1 load', durationMs: 12_000, error },
    'A run of Draft could not go on: 3 of 40 items, 1 load, after 12 s. There is no such model'
  ],
  [
    { kind: 'run_paused', actor: 'script', reason: 'Draft: 3 of 40 items, 1 load', durationMs: 12_000 },
    'A script paused the run of Draft: 3 of 40 items, 1 load, after 12 s'
  ],
  [{ kind: 'run_cancelled', reason: 'Draft' }, 'You cancelled the run of Draft'],
  [{ kind: 'run_interrupted', actor: 'stoker', reason: 'Notes: a draft' }, 'A run of Notes: a draft was interrupted'],
  [{ reason: '2: 1: of: 1 of 1 items, 0 loads' }, 'A run of 2: 1: of ended: 1 of 1 items, 0 loads'],
  [{ reason: null }, 'A run ended']
])('%o', (part, words) => expect(said(part)).toBe(words))

it('lets the name of the chain stand out', () => {
  const { parts } = sentence(event({ reason: 'Review: 1 of 1 items, 1 load' }), () => null)
  expect(parts.filter(({ isName }) => isName).map(({ text }) => text)).toEqual(['Review'])
})

it('warns of a run that lost items, and of no other', () => {
  expect(sentence(event({ reason: 'Draft: 40 of 40 items, 2 failed, 9 loads' }), () => null).tone).toBe('warn')
  expect(sentence(event({ reason: 'Never 2 failed: 40 of 40 items, 9 loads' }), () => null).tone).toBe('good')
})
