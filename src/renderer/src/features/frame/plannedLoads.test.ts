/** Would catch: a ghost of guessed bytes, a ghost of what is loaded already, and models shown as leaving that stay. */
import { expect, test } from 'vitest'
import { model } from '../../../../../e2e/demo/parts.ts'
import type { ModelState } from '../../../../shared/model.ts'
import { predictionOf } from '../models/testPrediction.ts'
import { planOf } from './plannedLoads.ts'

const gb = 1_000_000_000
const of = (name: string, state: ModelState = 'unloaded') => model(name, { state })
const held = (name: string, heldBytes: number) => ({
  ...{ id: { hostId: 'ollama', name }, heldBytes, gpuBytes: null, countedBytes: null },
  ...{ quality: 'measured' as const, source: 'x', pid: null }
})
const fits = { 'ollama/a': predictionOf({ unload: [{ hostId: 'ollama', name: 'b' }] }), 'ollama/l': predictionOf() }
const budgetBytes = 22.4 * gb
const plan = (known: Omit<Parameters<typeof planOf>[0], 'budgetBytes'>) => planOf({ ...known, budgetBytes })
const asked = { key: 'ollama/a', prediction: null }

test('the load asked for is drawn with its predicted bytes, and who would go for it leaves', () => {
  const { planned, leaving } = plan({ models: [of('a'), of('b', 'ready')], fits, held: [], asked })
  expect(planned).toEqual([
    { key: 'ollama/a', name: 'a', bytes: 14.24 * gb, spilledBytes: 0, isAsked: true, isOver: false }
  ])
  expect([...leaving]).toEqual(['ollama/b'])
})

test('another context has its own prediction', () => {
  const prediction = predictionOf({ needBytes: 30 * gb, verdict: 'does_not_fit', isAllowed: false, spilledBytes: gb })
  const { planned, leaving } = plan({ models: [of('a')], fits, held: [], asked: { ...asked, prediction } })
  expect(planned[0]).toMatchObject({ bytes: 30 * gb, spilledBytes: gb, isOver: true })
  expect(leaving.size).toBe(0)
})

test('a load under way is drawn by what it does not hold yet', () => {
  const { planned } = plan({ models: [of('l', 'loading')], fits, held: [held('l', 4.24 * gb)], asked: null })
  expect(planned).toMatchObject([{ key: 'ollama/l', bytes: 10 * gb, isAsked: false }])
})

test('nothing is drawn of what is unknown, loaded or gone', () => {
  const unknown = { 'ollama/a': predictionOf({ needBytes: null }) }
  expect(plan({ models: [of('a')], fits: unknown, held: [], asked }).planned).toEqual([])
  expect(plan({ models: [of('a')], fits: {}, held: [], asked }).planned).toEqual([])
  expect(plan({ models: [of('a', 'ready')], fits, held: [], asked })).toEqual({ planned: [], leaving: new Set() })
  expect(plan({ models: [], fits, held: [], asked }).planned).toEqual([])
  expect(plan({ models: [of('x', 'loading')], fits, held: [], asked: null }).planned).toEqual([])
})

test('on a machine with cards, what a host computes without them is drawn in RAM', () => {
  const { planned } = planOf({ models: [of('a')], fits, held: [], asked, budgetBytes: 47 * gb })
  expect(planned).toMatchObject([{ bytes: 14.24 * gb, spilledBytes: 14.24 * gb }])
})
