/** The probe for this machine: its system's own, the graphics cards found on it, and a rough one for when that fails. */
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { GpuProbe, MachineProbe } from '../machineReading.ts'
import { createFallbackProbe } from './fallbackProbe.ts'
import { createLinuxProbe } from './linuxProbe.ts'
import type { FilePorts, ProcessPorts, SystemFacts } from './ports.ts'
import { createFilePorts, createProcessPorts, readSystemFacts } from './systemPorts.ts'

interface PlatformProbeDeps {
  clock: Clock
  logger: Logger
  facts?: SystemFacts
  files?: FilePorts
  processes?: ProcessPorts
}

export function createPlatformProbe(deps: PlatformProbeDeps): MachineProbe {
  const { clock } = deps
  const facts = deps.facts ?? readSystemFacts()
  const files = deps.files ?? createFilePorts()
  void (deps.processes ?? createProcessPorts(process.env, facts.platform))
  const fallback = createFallbackProbe({ facts, now: clock.now })
  const main = facts.platform === 'linux' ? createLinuxProbe({ files, facts, now: clock.now }) : null
  return combineProbes(main, fallback, [])
}

/** The main probe's reading, or the fallback's where it gives no total, with every card's figures. */
export function combineProbes(
  main: MachineProbe | null,
  fallback: MachineProbe,
  cards: readonly GpuProbe[]
): MachineProbe {
  const all = [...(main === null ? [] : [main]), fallback, ...cards]
  return {
    async read() {
      const [reading, gpus] = await Promise.all([
        readMachine(main, fallback),
        Promise.all(cards.map((card) => card.read()))
      ])
      return { ...reading, gpus: [...reading.gpus, ...gpus.flat()] }
    },
    pace: (intervalMs) => all.forEach((probe) => probe.pace(intervalMs)),
    async dispose() {
      await Promise.all(all.map((probe) => probe.dispose()))
    }
  }
}

async function readMachine(main: MachineProbe | null, fallback: MachineProbe) {
  const reading = await main?.read()
  return reading === undefined || reading.totalBytes === null ? fallback.read() : reading
}
