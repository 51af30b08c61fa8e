/** Which generation of Ollama answers, where that changes what its numbers mean. */
import type { Quality } from '../../../shared/model.ts'

/** Before 0.30 /api/ps gives an estimate made before the load; later servers add up the engine's own buffers. */
export function sizeQuality(version: string | null): Quality {
  return version !== null && isBefore(version, 0, 30) ? 'estimated' : 'reported'
}

function isBefore(version: string, major: number, minor: number): boolean {
  const match = /^v?(\d+)\.(\d+)/.exec(version)
  if (!match) return false
  const [haveMajor, haveMinor] = [Number(match[1]), Number(match[2])]
  return haveMajor < major || (haveMajor === major && haveMinor < minor)
}
