/** What models hold by their processes, where these can be seen: finds the processes now and then, and reads them for every sample. */
import type { ModelMemory } from '../../shared/memory.ts'
import { modelKey } from '../../shared/modelKey.ts'
import { hasPassed, type Clock } from '../lib/clock.ts'
import type { GpuReading } from './machineReading.ts'
import { memoryByFootprint, memoryByProcess, withGpuCounted } from './memoryByProcess.ts'
import type { ModelClaim } from './modelClaim.ts'
import { weightsKey } from './probes/parsers/parseRunner.ts'
import type { RunnerProbe, RunnerProcess } from './probes/runnerProcesses.ts'

interface ModelProcessesDeps {
  runners: RunnerProbe
  /** What one process holds on cards; null where that is not told. */
  gpuBytesOf: (pid: number) => number | null
  gpus: () => readonly GpuReading[]
  clock: Clock
}

export interface ModelProcesses {
  /** Each model by its processes, or as its host tells. */
  attribute(claims: readonly ModelClaim[]): Promise<ModelMemory[]>
  /** One model and its processes, looked for at this moment. */
  look(claim: ModelClaim): Promise<ModelLook>
}

export interface ModelLook {
  memory: ModelMemory
  pids: number[]
  /** What the same processes hold now; null when that cannot be told. */
  measureAgain(): ModelMemory | null
}

/** How long after a look that missed some model the next one comes; later, what was not found will hardly be. */
const NEXT_LOOK_MS = [5_000, 5_000, 5_000, 60_000]

export function createModelProcesses({ runners, gpuBytesOf, gpus, clock }: ModelProcessesDeps): ModelProcesses {
  let known: readonly RunnerProcess[] = []
  let footprints: ReadonlyMap<number, number> = new Map()
  let seenClaims = ''
  let lookedAt = Number.NEGATIVE_INFINITY
  let misses = 0

  async function look(): Promise<void> {
    lookedAt = clock.now()
    known = await runners.find()
    // Not waited for: the next sample will have it.
    void runners.footprintsOf(known.map(({ pid }) => pid)).then((found) => (footprints = found))
  }

  /** Looks when the list of models changed or a load ended, and again while one of them has no process. */
  async function lookWhenDue(claims: readonly ModelClaim[]): Promise<void> {
    const names = claims.map(({ id, weightsPath, quality }) => `${modelKey(id)} ${weightsPath} ${quality}`).join('\n')
    const isNew = names !== seenClaims
    if (isNew) misses = 0
    seenClaims = names
    const isMissing = claims.some((claim) => matching(claim, claims).length === 0)
    const waitMs = NEXT_LOOK_MS[Math.min(misses, NEXT_LOOK_MS.length - 1)] ?? 0
    if (!isNew && !(isMissing && hasPassed(clock, lookedAt, waitMs))) return
    await look()
    if (claims.some((claim) => matching(claim, claims).length === 0)) misses++
    else misses = 0
  }

  /** Where two models have the same weights, nothing tells whose process is whose. */
  function matching(claim: ModelClaim, claims: readonly ModelClaim[]): RunnerProcess[] {
    const isShared = claims.some((other) => other !== claim && hasSameWeights(other, claim))
    return isShared ? [] : known.filter((runner) => isRunnerOf(runner, claim))
  }

  /** Null when its processes are gone. */
  function measure(told: ModelMemory, found: readonly RunnerProcess[]): ModelMemory | null {
    const newest = found.at(-1)
    if (newest === undefined) return null
    const read = found.flatMap((runner) => {
      const memory = runners.memoryOf(runner)
      return memory === null ? [] : [{ ...memory, pid: runner.pid, gpuBytes: gpuBytesOf(runner.pid) }]
    })
    if (read.length > 0) return memoryByProcess(told, read, gpus())
    if (runners.tellsMemory || !runners.isAlive(newest.pid)) return null
    return memoryByFootprint(told, newest.pid, footprints.get(newest.pid) ?? null)
  }

  function attributeOne(claim: ModelClaim, claims: readonly ModelClaim[]): ModelMemory {
    const told = withoutPath(claim)
    if (claim.pid !== null) return withGpuCounted(told, gpus())
    const found = matching(claim, claims)
    const measured = measure(told, found)
    if (measured === null) known = known.filter((runner) => !found.includes(runner))
    return measured ?? told
  }

  return {
    async attribute(claims) {
      const unknown = claims.filter(({ pid }) => pid === null)
      if (unknown.length === 0) {
        known = []
        seenClaims = ''
      } else await lookWhenDue(unknown)
      return claims.map((claim) => attributeOne(claim, unknown))
    },
    async look(claim) {
      const told = withoutPath(claim)
      if (claim.pid !== null) return { memory: told, pids: [claim.pid], measureAgain: () => null }
      const found = (await runners.find()).filter((runner) => isRunnerOf(runner, claim))
      const measureAgain = (): ModelMemory | null => measure(told, found)
      return { memory: measureAgain() ?? told, pids: found.map(({ pid }) => pid), measureAgain }
    }
  }
}

function withoutPath(claim: ModelClaim): ModelMemory {
  const { id, heldBytes, gpuBytes, countedBytes, quality, source, pid } = claim
  return { id, heldBytes, gpuBytes, countedBytes, quality, source, pid }
}

function isRunnerOf(runner: RunnerProcess, { id, weightsPath }: ModelClaim): boolean {
  if (runner.modelName !== null) return shortName(runner.modelName) === shortName(id.name)
  return (
    runner.weightsPath !== null && weightsPath !== null && weightsKey(runner.weightsPath) === weightsKey(weightsPath)
  )
}

function hasSameWeights(a: ModelClaim, b: ModelClaim): boolean {
  return a.weightsPath !== null && b.weightsPath !== null && weightsKey(a.weightsPath) === weightsKey(b.weightsPath)
}

/** Names with and without what Ollama takes for granted are the same model. */
function shortName(name: string): string {
  return name
    .replace(/^registry\.ollama\.ai\//, '')
    .replace(/^library\//, '')
    .replace(/:latest$/, '')
    .toLowerCase()
}
