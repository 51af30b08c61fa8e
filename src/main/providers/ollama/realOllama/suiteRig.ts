/** What the suites share: a provider on the server they run against, and what its log tells of engines. */
import { readFileSync } from 'node:fs'
import { systemClock } from '../../../lib/clock.ts'
import { silentLogger } from '../../../lib/logger.ts'
import { isLocalAddress } from '../../isLocalAddress.ts'
import type { LoadedModel, Provider } from '../../provider.ts'
import { sameModelName } from '../modelNames.ts'
import { createOllamaProvider } from '../ollamaProvider.ts'
import { signal } from '../providerRig.ts'
import { readTarget } from './target.ts'

export const { url, models, logPath } = readTarget()
const minute = { connectTimeoutMs: 60_000, apiTimeoutMs: 60_000 }

export function createProvider(isLocal = isLocalAddress(url)): Provider {
  return createOllamaProvider({
    url,
    // What is not of the server's own environment would only mislead.
    environment: {},
    gpuMemoryBytes: () => null,
    isLocal,
    timeouts: () => minute,
    clock: systemClock,
    logger: silentLogger
  })
}

/** One of ours in memory at a time, or a server of somebody else's would have to evict theirs. */
export async function putAway(provider: Provider): Promise<void> {
  for (const model of await provider.listLoaded(signal)) {
    if (Object.values(models).some((name) => name !== null && sameModelName(name, model.name)))
      await provider.unload(model.name, 60_000, signal)
  }
  await provider.dispose()
}

export async function findLoaded(provider: Provider, name: string): Promise<LoadedModel | undefined> {
  return (await provider.listLoaded(signal)).find((model) => sameModelName(model.name, name))
}

/** How many engines the server has started, or null where its log is not ours. */
export function engines(): number | null {
  if (logPath === null) return null
  const started = /starting llama[- ]server"? cmd|msg="starting llama-server"/g
  return readFileSync(logPath, 'utf8').match(started)?.length ?? 0
}
