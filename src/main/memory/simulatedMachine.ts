/** Makes this machine look like another one, to show what would fit there: another size, or an Apple chip with its GPU limit. */
import { describeMachine } from './machine.ts'
import type { GpuReading, Limit, MachineProbe, MachineReading } from './machineReading.ts'
import { estimateWorkingSet } from './workingSet.ts'

export interface Simulation {
  /** Null: the machine's own. */
  totalBytes: number | null
  /** "Apple M4"; null: the machine's own. */
  chip: string | null
}

const GIB = 2 ** 30
const MOST_GIB = 4_096
/** Darwin 25 is macOS 26, whose limits the table holds. */
const CURRENT_RELEASE = '25.0.0'

/** Half a simulation would mislead: where one of the two makes no sense, nothing is simulated. */
export function readSimulation(environment: Record<string, string | undefined>): {
  simulation: Simulation | null
  problems: string[]
} {
  const size = environment['STOKER_SIMULATE_MEMORY_GB']?.trim() || null
  const chip = environment['STOKER_SIMULATE_CHIP']?.trim() || null
  const gib = size !== null && /^\d{1,4}(\.\d{1,3})?$/.test(size) ? Number(size) : null
  const problems: string[] = []
  if (size !== null && (gib === null || gib < 1 || gib > MOST_GIB)) {
    problems.push(
      `STOKER_SIMULATE_MEMORY_GB is "${size}": it takes a number from 1 to ${MOST_GIB}. Nothing is simulated.`
    )
  }
  if (chip !== null && !/^Apple M\d{1,2}( (Pro|Max|Ultra))?$/.test(chip)) {
    problems.push(`STOKER_SIMULATE_CHIP is "${chip}": it takes an Apple chip, as "Apple M4". Nothing is simulated.`)
  }
  if (problems.length > 0 || (gib === null && chip === null)) return { simulation: null, problems }
  return { simulation: { totalBytes: gib === null ? null : Math.round(gib * GIB), chip }, problems }
}

/** Only what is read changes; pace and end are the real probe's. */
export function simulateMachine(probe: MachineProbe, simulation: Simulation): MachineProbe {
  return {
    read: async () => pretend(await probe.read(), simulation),
    pace: (intervalMs) => probe.pace(intervalMs),
    dispose: () => probe.dispose()
  }
}

function pretend(real: MachineReading, simulation: Simulation): MachineReading {
  const totalBytes = simulation.totalBytes ?? real.totalBytes
  // A Mac of another size is still a Mac.
  const chip = simulation.chip ?? (real.workingSet === null ? null : (real.gpus[0]?.name ?? null))
  if (totalBytes === null) return real
  const workingSet = chip === null ? null : limitOf(totalBytes)
  const usedBytes = real.usedBytes !== null && real.usedBytes <= totalBytes ? real.usedBytes : null
  return {
    ...real,
    machine: wordsFor(real, chip, totalBytes),
    totalBytes,
    usedBytes,
    availableBytes: usedBytes === null ? null : totalBytes - usedBytes,
    gpus: chip === null || workingSet === null ? [] : [gpuOf(real, chip, workingSet)],
    workingSet,
    containerLimit: null,
    system: chip === null ? real.system : 'macos',
    quality: 'estimated',
    source: `${real.source}, on a simulated machine`,
    simulated: [simulation.totalBytes === null ? null : sizeWords(totalBytes), simulation.chip]
      .filter((part) => part !== null)
      .join(', ')
  }
}

function limitOf(totalBytes: number): Limit {
  return {
    bytes: estimateWorkingSet(totalBytes, CURRENT_RELEASE),
    source: "the simulated system's usual limit for this size",
    quality: 'estimated'
  }
}

/** What a real Mac's GPU does is still true; any other has none of that kind. */
function gpuOf(real: MachineReading, chip: string, workingSet: Limit): GpuReading {
  const own = real.system === 'macos' ? real.gpus[0] : undefined
  return {
    id: own?.id ?? 'apple-gpu',
    name: chip,
    kind: 'unified',
    totalBytes: workingSet.bytes,
    usedBytes: own?.usedBytes ?? null,
    loadPercent: own?.loadPercent ?? null,
    temperatureCelsius: null,
    powerWatts: null
  }
}

function wordsFor(real: MachineReading, chip: string | null, totalBytes: number): string {
  if (chip !== null) return describeMachine({ platform: 'darwin', cpuModel: chip, totalBytes })
  return `${real.machine.replace(/, [\d.]+ GB.*$/, '')}, ${sizeWords(totalBytes)}`
}

function sizeWords(totalBytes: number): string {
  return `${Number((totalBytes / GIB).toFixed(1))} GB`
}
