/** For tests: a provider on a fake server, both fresh for every test. */
import { startFakeOllama, type FakeOllama, type FakeOllamaOptions } from '../../../../e2e/fakeOllama.ts'
import { systemClock } from '../../lib/clock.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { GenerateRequest, Provider, ProviderTimeouts } from '../provider.ts'
import { createOllamaProvider, type OllamaProviderDeps } from './ollamaProvider.ts'

export const generations = ['0.11', '0.30'] as const
/** Long enough for a crowded machine: only a hang reaches them. */
export const patient: ProviderTimeouts = { connectTimeoutMs: 10_000, apiTimeoutMs: 10_000 }
export const { signal } = new AbortController()

export interface ProviderRig {
  fake: FakeOllama
  provider: Provider
  /** May be changed by the test: the provider reads it anew for every call. */
  timeouts: ProviderTimeouts
  /** What was sent to one path, in order. */
  bodies(path: string): Record<string, unknown>[]
  close(): Promise<void>
}

/** As of a server elsewhere, of which nothing is known here. */
export const elsewhere = { isLocal: false, environment: {}, gpuMemoryBytes: () => null }

export async function startProviderRig(
  options: FakeOllamaOptions = {},
  deps: Partial<OllamaProviderDeps> = {}
): Promise<ProviderRig> {
  const fake = await startFakeOllama({ models: { plain: {} }, ...options })
  const rig: ProviderRig = {
    fake,
    provider: createOllamaProvider({
      url: fake.url,
      timeouts: () => rig.timeouts,
      clock: systemClock,
      logger: silentLogger,
      ...elsewhere,
      ...deps
    }),
    timeouts: patient,
    bodies: (path) =>
      fake.requests
        .filter((request) => request.path === path)
        .map((request) => request.body as Record<string, unknown>),
    async close() {
      await rig.provider.dispose()
      await fake.close()
    }
  }
  return rig
}

export function ask(changes: Partial<GenerateRequest> = {}): GenerateRequest {
  return { prompt: 'hi', options: {}, contextLength: null, keepAliveSeconds: 60, onText: () => {}, ...changes }
}

/** The fake is a real server, so what it sees comes a moment later than it was sent. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2))
}
