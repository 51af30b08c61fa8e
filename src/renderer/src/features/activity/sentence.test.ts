import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { activityKinds, actors, type ActivityEvent } from '../../../../shared/activity.ts'
import { screenOf, sentence, sentenceText } from './sentence.ts'

const hostName = (hostId: string): string | null => (hostId === 'ollama' ? 'Ollama' : null)

function event(part: Partial<ActivityEvent>): ActivityEvent {
  return {
    id: 1,
    at: 0,
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
const said = (part: Partial<ActivityEvent>): string => sentenceText(event(part), hostName)

describe('the sentence of an event', () => {
  const failed = { code: 'out_of_memory' as const, message: 'Not enough memory.', hint: 'Unload a model.' }
  const crashed = { code: 'engine_crashed' as const, message: 'The engine stopped.', hint: null }

  it.each<[Partial<ActivityEvent>, string]>([
    [{ kind: 'loaded', durationMs: 4_100, bytes: 7_900_000_000 }, 'You loaded qwen3:8b, in 4.1 s, holds 7.9 GB'],
    [{ kind: 'loaded', actor: 'other_program' }, 'Another program loaded qwen3:8b'],
    [
      { kind: 'load_failed', actor: 'script', durationMs: 12_000, error: failed },
      'A script tried to load qwen3:8b, failed after 12 s. Not enough memory. Unload a model'
    ],
    [
      { kind: 'load_failed', durationMs: 2, error: { ...failed, code: 'does_not_fit', message: 'It needs 44.1 GB.' } },
      'You tried to load qwen3:8b, refused. It needs 44.1 GB. Unload a model'
    ],
    [{ kind: 'load_cancelled', durationMs: 3_200 }, 'You cancelled the load of qwen3:8b, after 3.2 s'],
    [
      {
        kind: 'unloaded',
        actor: 'limit',
        reason: 'to stay within 2 loaded models.',
        durationMs: 300,
        bytes: 1_200_000_000
      },
      'Stoker unloaded qwen3:8b to stay within 2 loaded models, in 0.30 s, 1.2 GB came back'
    ],
    [
      { kind: 'unloaded', actor: 'keep_alive', bytes: 6_000_000_000 },
      'qwen3:8b was unloaded: nobody used it for its keep-alive time, 6.0 GB came back'
    ],
    [
      { kind: 'unloaded', actor: 'budget', reason: 'to make room for mistral-small:22b', bytes: 7_900_000_000 },
      'Stoker unloaded qwen3:8b to make room for mistral-small:22b, 7.9 GB came back'
    ],
    [
      { kind: 'unloaded', actor: 'pressure', bytes: 7_900_000_000 },
      'Stoker unloaded qwen3:8b: memory was short, 7.9 GB came back'
    ],
    [{ kind: 'pressure_high', actor: 'stoker', modelId: null, hostId: null }, 'Memory got short'],
    [
      { kind: 'pressure_high', actor: 'stoker', modelId: null, hostId: null, reason: '3 % of it available' },
      'Memory got short: 3 % of it available'
    ],
    [{ kind: 'pressure_normal', actor: 'stoker', modelId: null, hostId: null }, 'Memory is no longer short'],
    [{ kind: 'unloaded' }, 'You unloaded qwen3:8b, how much came back is unknown'],
    [
      { kind: 'unload_failed', error: failed },
      'You tried to unload qwen3:8b, failed. Not enough memory. Unload a model'
    ],
    [
      { kind: 'engine_crashed', actor: 'stoker', error: crashed },
      'The engine of qwen3:8b stopped by itself. The engine stopped'
    ],
    [{ kind: 'pulled', durationMs: 130_000, bytes: 4_700_000_000 }, 'You pulled qwen3:8b, in 2 min 10 s, 4.7 GB'],
    [
      { kind: 'pull_failed', durationMs: 2_000, error: crashed },
      'You tried to pull qwen3:8b, failed after 2.0 s. The engine stopped'
    ],
    [
      { kind: 'pull_cancelled', durationMs: 60_000, bytes: 800_000_000 },
      'You cancelled the pull of qwen3:8b, after 1 min, 800 MB'
    ],
    [{ kind: 'removed', bytes: 5_200_000_000 }, 'You deleted qwen3:8b, 5.2 GB on disk'],
    [{ kind: 'copied', reason: 'to coder' }, 'You copied qwen3:8b to coder'],
    [{ kind: 'sample_created', bytes: 50_000_000 }, 'You created the sample qwen3:8b, 50 MB'],
    [
      { kind: 'sample_failed', error: failed },
      'You tried to create the sample qwen3:8b, failed. Not enough memory. Unload a model'
    ],
    [{ kind: 'sample_cancelled', durationMs: 700 }, 'You cancelled the sample qwen3:8b, after 0.70 s'],
    [{ kind: 'host_up', actor: 'stoker', modelId: null, reason: 'Ollama' }, 'Ollama answers'],
    [
      { kind: 'host_down', actor: 'stoker', modelId: null, hostId: 'gone', reason: 'Studio', error: crashed },
      'Studio stopped answering. The engine stopped'
    ],
    [
      { kind: 'load_late', actor: 'stoker', reason: 'after 5 min; it usually takes 6 s. Still loading: cancel it.' },
      'The load of qwen3:8b is late after 5 min; it usually takes 6 s. Still loading: cancel it'
    ],
    [
      { kind: 'warmed_up', actor: 'schedule', reason: 'Office hours', durationMs: 6_200, bytes: 7_900_000_000 },
      'The schedule warmed up qwen3:8b for Office hours, in 6.2 s, holds 7.9 GB'
    ],
    [
      { kind: 'warmup_failed', actor: 'schedule', reason: 'for “Office hours”', error: failed },
      'The schedule tried to warm up qwen3:8b for “Office hours”, failed. Not enough memory. Unload a model'
    ],
    [
      { kind: 'loaded', actor: 'schedule', reason: 'Office hours', durationMs: 6_000 },
      'The schedule loaded qwen3:8b for Office hours, in 6.0 s'
    ],
    [
      {
        kind: 'warmup_missed',
        actor: 'schedule',
        modelId: null,
        hostId: null,
        reason: 'Office hours, 08:30: the machine slept'
      },
      'A warm-up was skipped: Office hours, 08:30: the machine slept'
    ],
    [
      { kind: 'warmup_clash', actor: 'schedule', modelId: null, hostId: null, reason: '3.1 GB over the budget.' },
      'The schedule does not fit: 3.1 GB over the budget'
    ],
    [
      { kind: 'released', actor: 'schedule', reason: 'Office hours' },
      'The schedule no longer keeps qwen3:8b for Office hours'
    ],
    [
      { kind: 'keep_alive_changed', actor: 'other_program', reason: 'now 5 min, was 1 h' },
      'Another program changed how long qwen3:8b stays: now 5 min, was 1 h'
    ],
    [
      { kind: 'keep_alive_restored', actor: 'stoker', reason: '1 h again; another program had set 5 min' },
      'Stoker put back how long qwen3:8b stays: 1 h again; another program had set 5 min'
    ],
    [
      { kind: 'unloaded', actor: 'schedule', reason: 'because the schedule keeps it no longer', bytes: 1_000_000_000 },
      'The schedule unloaded qwen3:8b because the schedule keeps it no longer, 1.0 GB came back'
    ],
    [
      { kind: 'host_paused', actor: 'stoker', modelId: null, reason: 'failed 5 times in a row: it is busy' },
      'Ollama is left alone for a while: it failed 5 times in a row: it is busy'
    ],
    [{ kind: 'host_resumed', actor: 'stoker', modelId: null }, 'Ollama is asked as usual again'],
    [
      {
        kind: 'host_mended',
        actor: 'stoker',
        modelId: null,
        reason: 'a gave no first token within 1 min. Fresh connections from now on. Its health check is good.'
      },
      'Stoker saw to Ollama: a gave no first token within 1 min. Fresh connections from now on. Its health check is good'
    ],
    [
      { kind: 'check_ended', modelId: null, hostId: null, reason: '6 of 7 ok, 1 warning', durationMs: 12_000 },
      'You checked this machine: 6 of 7 ok, 1 warning, in 12 s'
    ],
    [
      { kind: 'bench_ended', actor: 'script', modelId: null, hostId: null, reason: '3 of 4 work, 1 slow' },
      'A script ran the test bench: 3 of 4 work, 1 slow'
    ],
    [{ kind: 'problem', actor: 'stoker', modelId: null, reason: 'The data folder is full' }, 'The data folder is full']
  ])('%o', (part, text) => {
    expect(said(part)).toBe(text)
  })

  it('names the model as data, apart from the words, so that it can stand out and be copied', () => {
    expect(sentence(event({}), hostName).parts).toEqual([
      { text: 'You loaded ', isName: false },
      { text: 'qwen3:8b', isName: true, subject: { kind: 'model', id: { hostId: 'ollama', name: 'qwen3:8b' } } }
    ])
  })

  it('names a host that is gone by its id, not by why it was left alone', () => {
    const gone = { kind: 'host_paused', hostId: 'studio', modelId: null, reason: 'failed 5 times' } as const
    expect(said(gone)).toBe('studio is left alone for a while: it failed 5 times')
  })

  it('leads from what has a screen of its own to that screen, and from nothing else', () => {
    const led = activityKinds.flatMap((kind) => (screenOf(kind) === null ? [] : [`${kind} ${screenOf(kind)}`]))
    expect(led).toEqual([
      'warmed_up schedule',
      'warmup_failed schedule',
      'warmup_missed schedule',
      'warmup_clash schedule',
      'released schedule',
      'run_started runs',
      'run_ended runs',
      'run_failed runs',
      'run_paused runs',
      'run_cancelled runs',
      'run_interrupted runs',
      'bench_ended diagnostics',
      'check_ended diagnostics',
      'models_file settings'
    ])
  })

  it('does not write the words "{model}" or nothing at all where no model is named', () => {
    expect(said({ kind: 'engine_crashed', modelId: null })).toBe('The engine of a model stopped by itself')
    expect(said({ kind: 'unloaded', actor: 'keep_alive', modelId: null })).toMatch(/^A model was unloaded/)
  })

  it('leaves a model alone that is called {host}', () => {
    expect(said({ modelId: { hostId: 'ollama', name: '{host}' } })).toBe('You loaded {host}')
  })

  it('says a problem once, not as reason and as error', () => {
    const error = { code: 'storage_failed' as const, message: 'The disk is full.', hint: 'Make room.' }
    expect(said({ kind: 'problem', modelId: null, error })).toBe('The disk is full. Make room')
  })

  it('breaks no page over a kind or an actor that only a newer core knows', () => {
    const newer = { kind: 'model_moved', actor: 'a_guest' } as unknown as Partial<ActivityEvent>
    expect(said(newer)).toBe('Stoker noted “model moved” of qwen3:8b')
    expect(said({ actor: 'a_guest' } as unknown as Partial<ActivityEvent>)).toBe('Someone loaded qwen3:8b')
  })

  it('has words for every kind and every actor, and never "undefined", "null" or "NaN"', () => {
    const any = fc.record({
      kind: fc.constantFrom(...activityKinds),
      actor: fc.constantFrom(...actors),
      reason: fc.option(fc.constantFrom('', '.', 'because of it', 'Office hours'), { nil: null }),
      durationMs: fc.option(fc.nat(), { nil: null }),
      bytes: fc.option(fc.nat(), { nil: null })
    })
    fc.assert(
      fc.property(any, (part) => {
        const text = said(part)
        expect(text.length).toBeGreaterThan(5)
        expect(text).not.toMatch(/undefined|null|NaN/)
      }),
      { numRuns: 1_000 }
    )
  })
})
