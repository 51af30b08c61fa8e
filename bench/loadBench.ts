/** What loading and unloading through the whole core costs beside the engine child alone: same model, same run, in turn. */
import { join } from 'node:path'
import { systemClock } from '../src/main/lib/clock.ts'
import { createEngineSession } from '../src/main/providers/llamacpp/engineSession.ts'
import { createForkLauncher } from '../src/main/providers/llamacpp/forkEngine.ts'
import { startBenchCore } from './benchCore.ts'
import { spread, type Spread } from './statistics.ts'

export interface LoadBench {
  name: string
  rounds: number
  managedLoadMs: Spread
  engineLoadMs: Spread
  managedUnloadMs: Spread
  engineUnloadMs: Spread
  /** Median of the differences, round by round: the machine drifts, the pairs do not. */
  loadOverheadMs: number
  unloadOverheadMs: number
}

const rounds = 9
const contextLength = 4_096
const timeouts = () => ({ connectTimeoutMs: 10_000, apiTimeoutMs: 30_000 })

export async function runLoadBench(engineChild: string): Promise<LoadBench> {
  const launchEngine = createForkLauncher(engineChild)
  const core = await startBenchCore(launchEngine)
  try {
    const { model } = await core.ask('models.createSample', { size: 'medium' })
    const path = join(core.modelsDirectory, `${model.id.name}.gguf`)
    const managed: Round[] = []
    const alone: Round[] = []
    // One round more than is counted: the first reads the file from disk.
    for (let round = 0; round <= rounds; round++) {
      const pair = {
        alone: await engineAlone(path, launchEngine),
        managed: await timed(
          () => core.ask('models.load', { id: model.id, contextLength }),
          () => core.ask('models.unload', { id: model.id })
        )
      }
      if (round === 0) continue
      alone.push(pair.alone)
      managed.push(pair.managed)
    }
    return {
      name: 'Load and unload',
      rounds,
      managedLoadMs: spread(managed.map(({ loadMs }) => loadMs)),
      engineLoadMs: spread(alone.map(({ loadMs }) => loadMs)),
      managedUnloadMs: spread(managed.map(({ unloadMs }) => unloadMs)),
      engineUnloadMs: spread(alone.map(({ unloadMs }) => unloadMs)),
      loadOverheadMs: differences(managed, alone, 'loadMs'),
      unloadOverheadMs: differences(managed, alone, 'unloadMs')
    }
  } finally {
    await core.dispose()
  }
}

interface Round {
  loadMs: number
  unloadMs: number
}

async function engineAlone(path: string, launchEngine: ReturnType<typeof createForkLauncher>): Promise<Round> {
  let session: ReturnType<typeof createEngineSession> | null = null
  const start = async (): Promise<void> => {
    session = createEngineSession({
      name: 'bench',
      launchEngine,
      timeouts,
      processMemory: async () => null,
      clock: systemClock
    })
    const options = { path, contextLength, threads: 1, cacheType: 'f16', hasRepackedWeights: false } as const
    await session.load({ ...options, onProgress: () => {} }, new AbortController().signal)
  }
  return timed(start, async () => session?.quit())
}

async function timed(load: () => Promise<unknown>, unload: () => Promise<unknown>): Promise<Round> {
  const start = performance.now()
  await load()
  const loaded = performance.now()
  await unload()
  return { loadMs: loaded - start, unloadMs: performance.now() - loaded }
}

function differences(managed: Round[], alone: Round[], key: keyof Round): number {
  return spread(managed.map((round, index) => round[key] - (alone[index]?.[key] ?? Number.NaN))).median
}
