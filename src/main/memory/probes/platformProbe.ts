/** The probe for this machine: its system's own, the graphics cards found on it, and a rough one for when that fails. */
import type { GpuSample } from '../../../shared/memory.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { GpuProbe, MachineProbe, MachineReading } from '../machineReading.ts'
import { createAmdProbe } from './amdProbe.ts'
import { createFallbackProbe } from './fallbackProbe.ts'
import { createLinuxProbe } from './linuxProbe.ts'
import { createMacProbe } from './macProbe.ts'
import { createNvidiaProbe } from './nvidiaProbe.ts'
import type { FilePorts, ProcessPorts, SystemFacts } from './ports.ts'
import { createFilePorts, createProcessPorts, readSystemFacts } from './systemPorts.ts'

interface PlatformProbeDeps {
  clock: Clock
  logger: Logger
  /** The real ones where left out. */
  facts?: SystemFacts
  files?: FilePorts
  processes?: ProcessPorts
}

export function createPlatformProbe({ clock, logger, ...ports }: PlatformProbeDeps): MachineProbe {
  const facts = ports.facts ?? readSystemFacts()
  const files = ports.files ?? createFilePorts()
  const processes = ports.processes ?? createProcessPorts(process.env, facts.platform)
  const now = clock.now
  const fallback = createFallbackProbe({ facts, now })
  if (facts.platform === 'darwin')
    return combineProbes(createMacProbe({ processes, facts, clock, logger }), fallback, [])
  const executable = processes.findExecutable('nvidia-smi')
  const nvidia = executable === null ? [] : [createNvidiaProbe({ processes, executable, clock, logger })]
  if (facts.platform !== 'linux') return combineProbes(null, fallback, nvidia)
  return combineProbes(createLinuxProbe({ files, facts, now }), fallback, [...nvidia, createAmdProbe({ files })])
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
function withSharedTotal(gpu: GpuSample, { totalBytes }: MachineReading): GpuSample {
  return gpu.kind === 'unified' && gpu.totalBytes === null ? { ...gpu, totalBytes } : gpu
}
