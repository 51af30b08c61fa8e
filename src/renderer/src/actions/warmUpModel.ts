/** Warms up one model now: loaded, and asked for one token, so that the next answer begins at once. */
import type { ModelId } from '../../../shared/model.ts'
import type { WarmUpResult } from '../../../shared/schedule.ts'
import { formatDuration } from '../lib/format.ts'
import { warmUp } from './ruleActions.ts'

function wordsOf([result]: readonly WarmUpResult[]): string {
  if (result === undefined) return 'nothing was done'
  const { outcome, durationMs, error } = result
  if (outcome === 'warm') return 'it was warm already'
  if (outcome === 'ready') return durationMs === null ? 'ready' : `ready in ${formatDuration(durationMs)}`
  const why = [error?.message, error?.hint].filter(Boolean).join(' ').replace(/\.$/, '')
  return why === '' ? 'it was not warmed up' : why
}

export async function warmUpModel(id: ModelId): Promise<void> {
  await warmUp({ name: id.name, ids: [id] }, wordsOf)
}
