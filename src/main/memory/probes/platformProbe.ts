/** The probe for this machine: its system's own, the graphics cards found on it, and a rough one for when that fails. */
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { GpuProbe, GpuReading, MachineProbe, MachineReading } from '../machineReading.ts'
import { createAmdProbe } from './amdProbe.ts'
import { createFallbackProbe } from './fallbackProbe.ts'
import { createLinuxProbe } from './linuxProbe.ts'
import { createMacProbe } from './macProbe.ts'
import { createNvidiaProbe, type NvidiaProbe } from './nvidiaProbe.ts'
import type { FilePorts, ProcessPorts, SystemFacts } from './ports.ts'
import { createBlindRunnerProbe, type RunnerProbe } from './runnerProcesses.ts'
import { createLinuxRunnerProbe } from './runnerProcessesLinux.ts'
import { createMacRunnerProbe } from './runnerProcessesMac.ts'
import { createFilePorts, createProcessPorts, readSystemFacts } from './systemPorts.ts'

interface PlatformProbeDeps {
  clock: Clock
  logger: Logger
  /** The real ones where left out. */
  facts?: SystemFacts
  files?: FilePorts
  processes?: ProcessPorts
}

export interface PlatformProbe extends MachineProbe {
  runners: RunnerProbe
  /** What one process holds on cards; null where that is not told. Cheap: the answer of a moment ago, and a new question now and then. */
  gpuBytesOf(pid: number): number | null
  /** The GPUs as of the last reading. */
  lastGpus(): readonly GpuReading[]
  /** The GPUs as they are at this moment, however rarely they are read otherwise. */
  readGpusNow(): Promise<GpuReading[]>
}

export function createPlatformProbe({ clock, logger, ...ports }: PlatformProbeDeps): PlatformProbe {
  const facts = ports.facts ?? readSystemFacts()
  const files = ports.files ?? createFilePorts()
  const processes = ports.processes ?? createProcessPorts(process.env, facts.platform)
  const now = clock.now
  const fallback = createFallbackProbe({ facts, now })
  const { isAlive } = processes
  if (facts.platform === 'darwin') {
    const mac = createMacProbe({ processes, files, facts, clock, logger })
    return platformProbe(mac, fallback, [], null, createMacRunnerProbe({ processes, isAlive }))
  }
  const executable = processes.findExecutable('nvidia-smi')
  const nvidia = executable === null ? null : createNvidiaProbe({ processes, executable, clock, logger })
  if (facts.platform !== 'linux') return platformProbe(null, fallback, [], nvidia, createBlindRunnerProbe(isAlive))
  const linux = createLinuxProbe({ files, facts, now })
  return platformProbe(linux, fallback, [createAmdProbe({ files })], nvidia, createLinuxRunnerProbe(files))
}

function platformProbe(
  main: MachineProbe | null,
  fallback: MachineProbe,
  others: readonly GpuProbe[],
  nvidia: NvidiaProbe | null,
  runners: RunnerProbe
): PlatformProbe {
  const machine = combineProbes(main, fallback, nvidia === null ? others : [nvidia, ...others])
  let gpus: readonly GpuReading[] = []
  return {
    ...machine,
    async read() {
      const reading = await machine.read()
      gpus = reading.gpus
      return reading
    },
    runners,
    gpuBytesOf: (pid) => nvidia?.bytesOf(pid) ?? null,
    lastGpus: () => gpus,
    async readGpusNow() {
      const [fresh, all] = await Promise.all([nvidia?.readNow() ?? [], machine.read()])
      return all.gpus.map((gpu) => fresh.find(({ id }) => id === gpu.id) ?? gpu)
    }
  }
}

/** The main probe's reading, or the fallback's where that has no total, with every card's figures. */
export function combineProbes(
  main: MachineProbe | null,
  fallback: MachineProbe,
  cards: readonly GpuProbe[]
): MachineProbe {
  const all = [...(main === null ? [] : [main]), fallback, ...cards]
  return {
    async read() {
      const [reading, ...gpus] = await Promise.all([readMachine(main, fallback), ...cards.map((card) => card.read())])
      const found = gpus.flat().map((gpu) => withSharedTotal(gpu, reading))
      return { ...reading, gpus: [...reading.gpus, ...found] }
    },
    pace: (intervalMs) => all.forEach((probe) => probe.pace(intervalMs)),
    async dispose() {
      await Promise.all(all.map((probe) => probe.dispose()))
    }
  }
}

async function readMachine(main: MachineProbe | null, fallback: MachineProbe): Promise<MachineReading> {
  const reading = await main?.read()
  return reading === undefined || reading.totalBytes === null ? fallback.read() : reading
}

/** A GPU without memory of its own has the machine's. */
function withSharedTotal(gpu: GpuReading, { totalBytes }: MachineReading): GpuReading {
  return gpu.kind === 'unified' && gpu.totalBytes === null ? { ...gpu, totalBytes } : gpu
}
