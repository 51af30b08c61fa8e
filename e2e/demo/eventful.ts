/** A day on which everything happened that the log has words for: newest first. */
import type { ActivityEvent, NewActivityEvent } from '../../src/shared/activity.ts'
import type { ModelId } from '../../src/shared/model.ts'
import { gb, minute } from './parts.ts'

const id = (name: string): ModelId => ({ hostId: 'ollama', name })
const office = 'for “Office hours”'

const outOfMemory = {
  code: 'out_of_memory' as const,
  message: 'Not enough memory for qwen2.5:32b.',
  hint: 'Unload a model, or load it with a shorter context.'
}

/** Longer than anybody wants to read at once. */
const longReason = `qwen3:8b, llama3.2:3b and mistral-small:22b together need 24.1 GB, 1.7 GB more than the budget, weekdays from 08:30 to
 18:00, because “Office hours” keeps the first two and “Nightly review” begins at 17:30 with the third; the models are warmed in their order,
 and the last one that does not fit is left out. Shorten one of the windows, take a shorter context, or choose a smaller model for one of them.`

const day: (Partial<NewActivityEvent> & Pick<NewActivityEvent, 'kind'>)[] = [
  { kind: 'check_ended', reason: '6 of 7 ok, 1 warning', durationMs: 12_400 },
  { kind: 'bench_ended', actor: 'script', reason: '5 of 7 work, 1 slow, 1 failed', durationMs: 184_000 },
  { kind: 'loaded', actor: 'diagnostics', modelId: id('gemma3:1b'), durationMs: 2_100, bytes: 1.2 * gb },
  {
    kind: 'keep_alive_restored',
    actor: 'stoker',
    modelId: id('gemma3:1b'),
    reason: '1 h again; another program had set 5 min'
  },
  { kind: 'keep_alive_changed', actor: 'other_program', modelId: id('gemma3:1b'), reason: 'now 5 min, was 1 h' },
  {
    kind: 'load_late',
    actor: 'stoker',
    modelId: id('phi4-mini:3.8b'),
    reason: 'after 5 min; it usually takes 6 s. Still loading: cancel it, or let it go on.'
  },
  {
    kind: 'host_mended',
    actor: 'stoker',
    hostId: 'ollama',
    reason: 'Ollama did not answer within 30 s. Fresh connections from now on. Its health check is good.'
  },
  { kind: 'host_resumed', actor: 'stoker', hostId: 'ollama' },
  {
    kind: 'host_paused',
    actor: 'stoker',
    hostId: 'ollama',
    reason: 'turned requests away 5 times in a row: Ollama is busy'
  },
  { kind: 'warmup_clash', actor: 'schedule', reason: longReason.replaceAll('\n', '') },
  { kind: 'warmup_missed', actor: 'schedule', reason: 'Office hours, due at 08:30: the machine slept until 10:12' },
  {
    kind: 'warmup_failed',
    actor: 'schedule',
    modelId: id('qwen2.5:32b'),
    reason: office,
    durationMs: 9_300,
    error: outOfMemory
  },
  { kind: 'warmed_up', actor: 'schedule', modelId: id('qwen3:8b'), reason: office, durationMs: 6_200 },
  { kind: 'released', actor: 'schedule', modelId: id('llama3.2:3b'), reason: office },
  { kind: 'models_file', actor: 'stoker', reason: '3 models, 2 aliases' }
]

export function eventfulDay(): ActivityEvent[] {
  const none = {
    actor: 'you',
    modelId: null,
    hostId: null,
    reason: null,
    durationMs: null,
    bytes: null,
    error: null
  } as const
  return day.map((event, index) => ({
    ...none,
    ...event,
    hostId: event.hostId ?? event.modelId?.hostId ?? null,
    id: day.length - index,
    at: Date.now() - index * 3 * minute
  }))
}
