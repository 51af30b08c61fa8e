/** Would catch: a budget whose making cannot be read, and an offer that promises bytes nobody knows. */
import { expect, test } from 'vitest'
import { sample } from '../../../../../e2e/demo/parts.ts'
import { barPools } from './barLayout.ts'
import { budgetWords } from './barWords.ts'
import { reliefWords, shortReliefWords } from './reliefWords.ts'

const gb = 1_000_000_000
const ids = (...names: string[]) => names.map((name) => ({ hostId: 'ollama', name }))

test('the budget says what it is made of, card by card', () => {
  const pools = ['RTX 3090', 'RTX 4090'].map((name, id) => ({
    ...{ id: String(id), name, kind: 'card' as const, limitBytes: 24 * gb, reserveBytes: 0.5 * gb },
    ...{ budgetBytes: 23.5 * gb, source: 'its VRAM', quality: 'reported' as const }
  }))
  const words = budgetWords({ ...barPools(sample([]), [])[0]!, budgets: pools }, sample([]))
  expect(words.split('\n')).toEqual([
    'Models may hold 22.4 GB.',
    'RTX 3090: 24.0 GB (its VRAM, reported) less 500 MB kept for the system.',
    'RTX 4090: 24.0 GB (its VRAM, reported) less 500 MB kept for the system.'
  ])
  expect(budgetWords(barPools(sample([]), [])[0]!, sample([]))).toBe(
    'Models may hold 22.4 GB: 26.4 GB (the GPU’s working-set limit, reported) less 4.0 GB kept for the system.'
  )
})

test('an offer names one model, counts several, and promises only known bytes', () => {
  expect(reliefWords({ unload: ids('qwen3:8b'), bytes: 7.9 * gb })).toBe('Unload qwen3:8b to give back 7.9 GB')
  expect(reliefWords({ unload: ids('a', 'b'), bytes: 7.9 * gb })).toBe('Unload 2 idle models to give back 7.9 GB')
  expect(reliefWords({ unload: ids('a', 'b'), bytes: null })).toBe('Unload 2 idle models')
  expect(shortReliefWords({ unload: ids('qwen3:8b'), bytes: 7.9 * gb })).toBe('qwen3:8b holds 7.9 GB')
  expect(shortReliefWords({ unload: ids('a', 'b'), bytes: 7.9 * gb })).toBe('2 idle models hold 7.9 GB')
  expect(shortReliefWords({ unload: ids('a', 'b'), bytes: null })).toBe('2 idle models')
})
