/** Diagnostics to look at: a machine where most is well, one where little is, forty models with long names, and nothing run yet. */
import type { BenchResult, Check } from '../../src/shared/diagnostics.ts'
import { gb, minute, model } from './parts.ts'
import type { DemoState } from './state.ts'

function check(id: Check['id'], label: string, words: string, changes: Partial<Check> = {}): Check {
  return { id, hostId: null, label, outcome: 'ok', words, hint: null, durationMs: 120, ...changes }
}

export function demoChecksOf(): Check[] {
  return [
    check('server', 'Ollama', 'Answers in 12 ms at http://127.0.0.1:11434: version 0.35.1.', {
      hostId: 'ollama',
      durationMs: 12
    }),
    check('server', 'Built-in engine', 'Answers in 1 ms: Metal.', { hostId: 'builtin', durationMs: 1 }),
    check(
      'disk',
      'Disk space',
      '212 GB free for models and data (/Users/ada/Library/Application Support/Stoker/models).',
      { durationMs: 2 }
    ),
    check('load', 'A model loads', 'nomic-embed-text loaded in 0.81 s and holds 0.4 GB.', { durationMs: 812 }),
    check('generate', 'It answers', 'It answered: first token after 0.04 s, 55.2 tokens per second.', {
      durationMs: 640
    }),
    check('unload', 'It unloads', 'nomic-embed-text was unloaded in 0.06 s.', { durationMs: 60 }),
    check('memory', 'Its memory comes back', '396 MB came back: its process is gone.', { durationMs: 0 }),
    check('eviction', 'Room is made', 'qwen3:8b is loaded, and would have to go for it.', {
      outcome: 'skipped',
      hint: 'Unload all models, then run the checks again.',
      durationMs: null
    })
  ]
}

function illChecks(): Check[] {
  const noModel = { outcome: 'skipped' as const, durationMs: null }
  return [
    check('server', 'Ollama on the mini in the cellar', 'Ollama does not answer at http://mini.local:11434.', {
      hostId: 'ollama',
      outcome: 'failed',
      hint: 'Start Ollama, or install it from ollama.com.',
      durationMs: 4_012
    }),
    check('server', 'Built-in engine', 'Answers in 1 ms: CPU.', { hostId: 'builtin', durationMs: 1 }),
    check(
      'disk',
      'Disk space',
      '4.2 GB free for models (/Users/ada/Library/Application Support/Stoker/models), 212 GB for data (/Users/ada/Library/Application Support/Stoker).',
      {
        outcome: 'warning',
        hint: 'Most models need more than that. Delete some, or set STOKER_MODELS_DIR to another disk.'
      }
    ),
    check('load', 'A model loads', 'The engine ended while it loaded stoker-sample-small.', {
      outcome: 'failed',
      hint: 'Try again. If it happens again, the log has the last words of the engine.',
      durationMs: 2_240
    }),
    check('generate', 'It answers', 'No model was loaded.', noModel),
    check('unload', 'It unloads', 'No model was loaded.', noModel),
    check('memory', 'Its memory comes back', 'No model was unloaded.', noModel),
    check('eviction', 'Room is made', 'No model was loaded.', {
      ...noModel,
      hint: 'Try again. If it happens again, the log has the last words of the engine.'
    })
  ]
}

function result(name: string, changes: Partial<BenchResult> = {}): BenchResult {
  return {
    id: { hostId: 'ollama', name },
    at: Date.now() - 4 * minute,
    outcome: 'works',
    reason: null,
    loadMs: 4_100,
    firstTokenMs: 410,
    totalMs: 1_300,
    tokensPerSecond: 31.4,
    heldBytes: 3.1 * gb,
    text: 'Red, green and blue.',
    error: null,
    ...changes
  }
}

function everydayResults(): BenchResult[] {
  const message = 'llama3.3:70b needs 43.3 GB, and 22.4 GB are there.'
  const hint = 'Unload other models, or choose a shorter context.'
  return [
    result('qwen3:8b', {
      loadMs: null,
      heldBytes: 7.91 * gb,
      text: 'Three colours are red, green and blue. They are also the primary colours of light, from which a screen mixes all the others that people can see.'
    }),
    result('llama3.2:3b', { loadMs: null }),
    result('mistral-small:22b', {
      outcome: 'slow',
      reason: 'first token after 24 s of at most 1 min; 2.4 tokens per second',
      loadMs: 14_100,
      firstTokenMs: 24_000,
      tokensPerSecond: 2.4,
      heldBytes: 14.2 * gb
    }),
    result('llama3.3:70b', {
      outcome: 'fails',
      reason: message,
      loadMs: null,
      firstTokenMs: null,
      totalMs: null,
      tokensPerSecond: null,
      heldBytes: null,
      text: null,
      error: { code: 'does_not_fit', message, hint }
    }),
    result('nomic-embed-text', {
      loadMs: 812,
      firstTokenMs: null,
      totalMs: null,
      tokensPerSecond: null,
      heldBytes: 0.4 * gb,
      text: null
    }),
    result('vicuna:13b', { at: Date.now() - 40 * 24 * 60 * minute, loadMs: 9_200 })
  ]
}

const longNames = [
  'hf.co/bartowski/Meta-Llama-3.1-Nemotron-70B-Instruct-HF-GGUF',
  'qwen3-coder-next-instruct',
  'mistral-small3.2'
]

function fortyResults(): { state: Partial<DemoState> } {
  const names = Array.from({ length: 40 }, (_, index) => `${longNames[index % 3] ?? ''}:${index + 1}b-q4_K_M`)
  const bench = names.slice(0, 30).map((name, index) => {
    const speed = { loadMs: 900 * index, tokensPerSecond: 60 / (index + 1) }
    return index % 7 === 3
      ? ({ ...everydayResults()[3], id: { hostId: 'ollama', name } } as BenchResult)
      : result(name, speed)
  })
  return { state: { models: names.map((name) => model(name)), diagnostics: { bench, checks: null } } }
}

/** Each over the everyday state. */
export const diagnosticsStates: Record<string, (everyday: DemoState) => DemoState> = {
  diagnostics: (state) => ({
    ...state,
    diagnostics: { bench: everydayResults(), checks: { at: Date.now() - 4 * minute, checks: demoChecksOf() } }
  }),
  diagnosticsNever: (state) => ({ ...state, loadMs: 1_200 }),
  diagnosticsIll: (state) => ({
    ...state,
    demoChecks: illChecks(),
    diagnostics: { bench: [], checks: { at: Date.now() - 26 * 60 * minute, checks: illChecks() } }
  }),
  diagnosticsForty: (state) => ({ ...state, ...fortyResults().state }),
  diagnosticsEmpty: (state) => ({ ...state, models: [] }),
  diagnosticsRunning: (state) => ({
    ...state,
    diagnostics: {
      bench: everydayResults().slice(0, 2),
      checks: { at: Date.now() - 4 * minute, checks: demoChecksOf() }
    },
    operations: [
      {
        id: 'bench-running',
        kind: 'bench',
        modelId: null,
        actor: 'you',
        ruleId: null,
        startedAt: Date.now() - 72_000,
        progress: {
          kind: 'steps',
          done: 2,
          total: 8,
          words: '3 of 8: hf.co/bartowski/Meta-Llama-3.1-Nemotron-70B-Instruct-HF-GGUF:70b-q4_K_M'
        }
      }
    ]
  })
}
