/** Memory of a Linux machine from /proc and /sys: a few small reads per sample, no child process. */
import { describeMachine } from '../machine.ts'
import type { MachineProbe, MachineReading } from '../machineReading.ts'
import { createContainerMemory, type ContainerMemory } from './containerMemory.ts'
import { judgeLinuxPressure } from './linuxPressure.ts'
import { parseMeminfo, type Meminfo } from './parsers/parseMeminfo.ts'
import { parseMemoryStall } from './parsers/parseMemoryStall.ts'
import type { FilePorts, SystemFacts } from './ports.ts'

interface LinuxProbeDeps {
  files: FilePorts
  facts: SystemFacts
  now: () => number
}

export function createLinuxProbe({ files, facts, now }: LinuxProbeDeps): MachineProbe {
  const readContainer = createContainerMemory(files, now)
  const name = (totalBytes: number | null, isContainer: boolean): string =>
    describeMachine({ platform: 'linux', cpuModel: facts.cpuModel, totalBytes, isContainer })
  // Words change only with the size they name, so they are not made anew for every sample.
  let machine = { totalBytes: null as number | null, words: '' }
  return {
    async read() {
      const meminfo = parseMeminfo(files.readText('/proc/meminfo') ?? '')
      const container = meminfo.totalBytes === null ? null : readContainer(meminfo.totalBytes)
      const reading = container === null ? readWhole(meminfo) : readContained(meminfo, container)
      if (machine.totalBytes !== reading.totalBytes || machine.words === '') {
        machine = {
          totalBytes: reading.totalBytes,
          words: name(reading.totalBytes, container !== null || isInContainer(files))
        }
      }
      const stall = parseMemoryStall(files.readText('/proc/pressure/memory') ?? '')
      return {
        ...reading,
        readAt: now(),
        machine: machine.words,
        pressure: judgeLinuxPressure(stall, reading.totalBytes, reading.availableBytes),
        gpus: [],
        workingSet: null,
        system: 'linux',
        quality: 'measured'
      }
    },
    pace: () => {},
    dispose: async () => {}
  }
}

type Amounts = Omit<MachineReading, 'readAt' | 'machine' | 'pressure' | 'gpus' | 'workingSet' | 'system' | 'quality'>

function readWhole({ totalBytes, availableBytes, swapUsedBytes }: Meminfo): Amounts {
  return {
    totalBytes,
    usedBytes: totalBytes === null || availableBytes === null ? null : totalBytes - availableBytes,
    availableBytes,
    usedFormula: 'MemTotal - MemAvailable',
    swapUsedBytes,
    containerLimit: null,
    source: '/proc/meminfo'
  }
}

/** Inside a limit the machine's own figures mislead: the kernel kills at the limit, however much the machine has free. */
function readContained(meminfo: Meminfo, container: ContainerMemory): Amounts {
  const { limitBytes, usedBytes, swapUsedBytes, source } = container
  const free = usedBytes === null ? null : Math.max(0, limitBytes - usedBytes)
  return {
    totalBytes: limitBytes,
    usedBytes,
    availableBytes: free === null ? null : Math.min(free, meminfo.availableBytes ?? free),
    usedFormula: "container's memory - file cache",
    swapUsedBytes,
    containerLimit: { bytes: limitBytes, source, quality: 'measured' },
    source: 'cgroup memory files'
  }
}

function isInContainer(files: FilePorts): boolean {
  return files.list('/').includes('.dockerenv') || files.list('/run').includes('.containerenv')
}
