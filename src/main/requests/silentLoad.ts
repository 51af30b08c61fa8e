/**
 * An answer whose model left memory before its turn came: Ollama loads it again within the answer, without a word. To end it for its first
 * token would destroy that load; so it may take as long as a load, as long as the server does not list the model as one that it holds.
 */
import { delay, type Clock } from '../lib/clock.ts'
import type { Provider } from '../providers/provider.ts'

/** A server that does not tell by then has no excuse. */
const lookLimitMs = 1_000

/** Undefined where nothing loads unasked. `loadLimitMs`: from now. */
export function createLoadExcuse(
  provider: Provider,
  name: string,
  loadLimitMs: () => number,
  clock: Clock
): (() => Promise<boolean>) | undefined {
  if (!provider.loadsWhenAsked) return undefined
  const startedAt = clock.now()
  return async () => {
    const look = new AbortController()
    const late = delay(clock, lookLimitMs, look.signal)
    try {
      if (clock.now() - startedAt >= loadLimitMs()) return false
      const loaded = await Promise.race([provider.listLoaded(look.signal), late])
      return loaded !== undefined && !loaded.some((model) => model.name === name)
    } catch {
      return false
    } finally {
      late.catch(() => {})
      look.abort()
    }
  }
}
