/** Rows of runs as the contract speaks of them; what a newer or broken Stoker wrote is null, never guessed. */
import { errorInfoSchema } from '../../shared/model.ts'
import { itemStatuses, stepStatuses, type StepResult } from '../../shared/run.ts'
import type { ItemEnd } from './runStore.ts'
import { parseJson } from './writes.ts'

type Row = Record<string, unknown>

export function stepFrom(row: Row): StepResult | null {
  const status = stepStatuses.find((one) => one === row['status'])
  if (status === undefined) return null
  const [hostId, name] = [row['host_id'], row['model_name']]
  return {
    item: Number(row['item']),
    stepId: String(row['step_id']),
    status,
    modelId: typeof hostId === 'string' && typeof name === 'string' ? { hostId, name } : null,
    isFallback: row['is_fallback'] === 1,
    attempts: Number(row['attempts']),
    startedAt: numberOf(row['started_at']),
    durationMs: numberOf(row['duration_ms']),
    loadMs: numberOf(row['load_ms']),
    promptTokens: numberOf(row['prompt_tokens']),
    outputTokens: numberOf(row['output_tokens']),
    firstTokenMs: numberOf(row['first_token_ms']),
    tokensPerSecond: numberOf(row['tokens_per_second']),
    heldBytes: numberOf(row['held_bytes']),
    letters: Number(row['letters']),
    contextNote: textOf(row['context_note']),
    error: errorFrom(row['error'])
  }
}

export function endFrom(row: Row): ItemEnd | null {
  const status = itemStatuses.find((one) => one === row['status'])
  if (status === undefined) return null
  return {
    item: Number(row['item']),
    status,
    reason: textOf(row['reason']),
    error: errorFrom(row['error']),
    finalOutput: textOf(row['final_output'])
  }
}

function errorFrom(json: unknown): ItemEnd['error'] {
  return errorInfoSchema.safeParse(parseJson(json)).data ?? null
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
