/** How old the newest memory sample is, in milliseconds, where it is too old to be shown as live; else null. */
import { useNow } from '../../lib/useNow.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'

/** Three of the slowest intervals. */
const liveForMs = 15_000

export function useSampleAge(): number | null {
  const sample = useMemoryStore((mirror) => mirror.sample)
  const isConnected = useConnectionStore((mirror) => mirror.connection === 'open')
  const now = useNow(sample !== null)
  if (sample === null) return null
  const ageMs = Math.max(0, now - sample.sampledAt)
  return sample.isStale || !isConnected || ageMs > liveForMs ? ageMs : null
}
