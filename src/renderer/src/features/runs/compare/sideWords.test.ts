/** Would catch: a side without output that does not say why, or a text that is not simply an answer and does not say so. */
import { expect, it } from 'vitest'
import type { StepStatus, StepTexts } from '../../../../../shared/run.ts'
import { noOutputWords, sideFacts, textNote } from './sideWords.ts'

const error = { code: 'context_exceeded' as const, message: 'The prompt is too long.', hint: 'Cut it.' }

const step: StepTexts = {
  prompt: null,
  system: null,
  text: 'A text',
  item: 0,
  stepId: 'draft',
  status: 'done',
  modelId: { hostId: 'ollama', name: 'qwen3:8b' },
  isFallback: false,
  attempts: 1,
  startedAt: 1,
  durationMs: 3_200,
  loadMs: 0,
  promptTokens: 340,
  outputTokens: 58,
  firstTokenMs: 210,
  tokensPerSecond: 18.1,
  heldBytes: null,
  letters: 240,
  contextNote: null,
  error: null
}

it('says why there is no output', () => {
  expect(noOutputWords({ status: 'failed', error })).toBe('The prompt is too long. Cut it.')
  expect(noOutputWords({ status: 'skipped', error: null })).toBe('Left out')
  expect(noOutputWords({ status: 'skipped', error })).toBe('Left out: The prompt is too long. Cut it.')
  expect(noOutputWords({ status: 'waiting', error: null })).toBe('Not run yet')
  expect(noOutputWords({ status: 'running', error: null })).toBe('Not done yet')
  expect(noOutputWords({ status: 'done', error: null })).toBe('An empty output')
})

it('says what a step took, and which model', () => {
  expect(sideFacts(step)).toEqual(['qwen3:8b', '3.2 s', '18.1 tok/s', '340 in, 58 out tokens', 'first after 0.21 s'])
})

it('says of a text that is there why it is not simply the answer', () => {
  const note = (status: StepStatus, text = 'A text') => textNote({ ...step, status, text, error })
  expect(textNote(step)).toBeNull()
  expect(note('defaulted')).toBe('default text (The prompt is too long)')
  expect(note('failed')).toBe('The prompt is too long.')
  expect(note('running')).toBe('Answering')
  expect(note('skipped', '')).toBeNull()
  expect(note('defaulted', '')).toBe('default text (The prompt is too long)')
  const cut = 'answer cut at its limit of 1,024 tokens'
  expect(textNote({ ...step, text: '', contextNote: cut })).toBe(cut)
})
