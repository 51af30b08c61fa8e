/** Two spellings of one model; a miss shows a loaded model as unloaded, or waits for ever for one to go. */
import { expect, it } from 'vitest'
import { sameModelName } from './modelNames.ts'

it.each([
  ['llama3', 'llama3:latest', true],
  ['Llama3:8B', 'llama3:8b', true],
  ['registry.ollama.ai/library/llama3:latest', 'llama3', true],
  ['hf.co:443/me/model', 'hf.co:443/me/model:latest', true],
  ['hf.co/me/model:Q4_K_M', 'hf.co/me/model:q4_k_m', true],
  ['llama3:8b', 'llama3', false],
  ['me/llama3', 'llama3', false]
])('%s and %s: %s', (a, b, expected) => {
  expect(sameModelName(a, b)).toBe(expected)
})
