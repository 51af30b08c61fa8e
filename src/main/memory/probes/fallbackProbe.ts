/** The little that Node itself knows of memory: for Windows, and for when a better source fails. */
import { describeMachine } from '../machine.ts'
import type { MachineProbe } from '../machineReading.ts'
import type { SystemFacts } from './ports.ts'

interface FallbackProbeDeps {
  facts: SystemFacts
  now: () => number
}

/** On Windows free is what can be had; on macOS and Linux it leaves out file cache, so "total - free" would show a full machine. */
export function createFallbackProbe({ facts, now }: FallbackProbeDeps): MachineProbe {
  const isWindows = facts.platform === 'win32'
  const machine = describeMachine({ platform: facts.platform, cpuModel: facts.cpuModel, totalBytes: facts.totalBytes })
  return {
    async read() {
      const freeBytes = isWindows ? facts.freeBytes() : null
      return {
        readAt: now(),
        machine,
        totalBytes: facts.totalBytes,
        usedBytes: freeBytes === null ? null : facts.totalBytes - freeBytes,
        availableBytes: freeBytes,
        usedFormula: isWindows ? 'total - available' : 'unknown',
        swapUsedBytes: null,
        pressure: null,
        gpus: [],
        workingSet: null,
        containerLimit: null,
        system: isWindows ? 'windows' : facts.platform === 'darwin' ? 'macos' : 'linux',
        quality: 'estimated',
        source: 'operating system, roughly'
      }
    },
    pace: () => {},
    dispose: async () => {}
  }
}
