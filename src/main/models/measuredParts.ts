/** What a finished load teaches about its model's need; null where its numbers are no measurement. Pure. */
import type { NeedPart, NeedPartKind } from '../../shared/need.ts'
import type { LoadedModel, NeedFacts } from '../providers/provider.ts'

/** No machine has more, so no model held it. */
const mostBytes = 2 ** 50

/** The engine's own buffers where it tells them; else what its server adds up from them. */
export function measuredParts(
  { allocated, heldBytes, heldQuality, pid }: LoadedModel,
  { weightsBytes }: Pick<NeedFacts, 'weightsBytes'>,
  overheadBytes: number
): NeedPart[] | null {
  if (allocated !== null && allocated.length > 0) {
    const parts = byKind(allocated)
    return isSensible(parts) ? [...parts, { kind: 'overhead', bytes: Math.round(overheadBytes) }] : null
  }
  // A process's resident memory is measured, too, but grows with use; and an estimate teaches nothing.
  if (heldBytes === null || heldQuality === 'estimated' || pid !== null) return null
  // Ollama tells the size of the file where it could not read its engine's log.
  if (heldBytes === weightsBytes) return null
  const total: NeedPart[] = [{ kind: 'weights', bytes: heldBytes }]
  return isSensible(total) ? total : null
}

function byKind(parts: readonly NeedPart[]): NeedPart[] {
  const sums = new Map<NeedPartKind, number>()
  for (const { kind, bytes } of parts) sums.set(kind, (sums.get(kind) ?? 0) + bytes)
  return [...sums].map(([kind, bytes]) => ({ kind, bytes }))
}

function isSensible(parts: readonly NeedPart[]): boolean {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0)
  return parts.every(({ bytes }) => Number.isSafeInteger(bytes) && bytes >= 0) && total > 0 && total <= mostBytes
}
