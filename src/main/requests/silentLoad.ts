/**
 * An answer whose model left memory before its turn came, or was loaded with other options: Ollama loads it within the answer, without a word. To
 * end it for its first token would destroy that load; so as long as the model may be loading it may take as long as a load and a first token.
 */
import { delay, type Clock } from '../lib/clock.ts'
import type { Provider } from '../providers/provider.ts'

/** A server that does not tell by then has no excuse. */
const lookLimitMs = 1_000

/** Undefined where nothing loads unasked. `limitMs`: from now. */
export function createLoadExcuse(
  provider: Provider,
  name: string,
  limitMs: () => number,
  clock: Clock
): (() => Promise<boolean>) | undefined {
  if (!provider.isLoading) return undefined
  const isLoading = provider.isLoading.bind(provider)
  const startedAt = clock.now()
  return async () => {
    const look = new AbortController()
    const late = delay(clock, lookLimitMs, look.signal)
    try {
      if (clock.now() - startedAt >= limitMs()) return false
      return (await Promise.race([isLoading(name, look.signal), late])) ?? false
    } catch {
      return false
    } finally {
      late.catch(() => {})
      look.abort()
    }
  }
}
