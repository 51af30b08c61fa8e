/** Which generation of Ollama answers, where that changes what its numbers mean. */
import type { Quality } from '../../../shared/model.ts'

/** Before 0.30 /api/ps gives an estimate made before the load; later servers add up the engine's own buffers. */
export function sizeQuality(version: string | null): Quality {
  return version !== null && isBefore(version, 0, 30) ? 'estimated' : 'reported'
}

/** Before 0.30 /api/ps lists a model from the beginning of its load, and so may a server that does not tell its version. */
export function listsOnlyLoaded(version: string | null): boolean {
  return version !== null && !isBefore(version, 0, 30)
}

/** False for a version that is none. */
export function isBefore(version: string, ...wanted: readonly number[]): boolean {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version)
  if (!match) return false
  const have = match.slice(1).map((part) => Number(part ?? 0))
  for (const [index, part] of wanted.entries()) if (have[index] !== part) return (have[index] ?? 0) < part
  return false
}
