/** Part of the core: what measures this machine's memory, and what its models hold of it. */
import type { DatabaseSync } from 'node:sqlite'
import type { MemorySample } from '../../shared/memory.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createMemoryHistory } from '../memory/history.ts'
import { createMemorySampler, type MemorySampler } from '../memory/memorySampler.ts'
import type { ModelClaim } from '../memory/modelClaim.ts'
import { createModelProcesses, type ModelProcesses } from '../memory/modelProcesses.ts'
import { createPlatformProbe, type PlatformProbe } from '../memory/probes/platformProbe.ts'
import { readSimulation, simulateMachine } from '../memory/simulatedMachine.ts'
import type { ModelManager } from '../models/modelManager.ts'
import { embeddedHostId } from '../providers/registry.ts'
import { createMemoryHistoryStore } from '../storage/memoryHistory.ts'

interface CoreMemoryDeps {
  database: DatabaseSync
  environment: Record<string, string | undefined>
  /** Made after this. */
  models: () => Pick<ModelManager, 'refreshLoaded' | 'noteMemory'>
  /** Of models on this machine. */
  claims: () => ModelClaim[]
  reserveBytes: () => number
  onSample: (sample: MemorySample) => void
  clock: Clock
  logger: Logger
}

export interface CoreMemory {
  platform: PlatformProbe
  processes: ModelProcesses
  memory: MemorySampler
  /** Said once at start. */
  problems: string[]
}

export function createCoreMemory(deps: CoreMemoryDeps): CoreMemory {
  const { clock, logger } = deps
  const platform = createPlatformProbe({ clock, logger })
  const processes = createModelProcesses({
    runners: platform.runners,
    gpuBytesOf: platform.gpuBytesOf,
    gpus: platform.lastGpus,
    clock
  })
  const { simulation, problems } = readSimulation(deps.environment)
  const memory = createMemorySampler({
    probe: simulation === null ? platform : simulateMachine(platform, simulation),
    async readModels() {
      const models = deps.models()
      await models.refreshLoaded(embeddedHostId, AbortSignal.timeout(1_000))
      const lookedAt = clock.now()
      const held = await processes.attribute(deps.claims())
      models.noteMemory(held, lookedAt)
      return held
    },
    reserveBytes: deps.reserveBytes,
    onSample: deps.onSample,
    history: createMemoryHistory({ store: createMemoryHistoryStore({ database: deps.database }), clock, logger }),
    clock,
    logger
  })
  return { platform, processes, memory, problems }
}
