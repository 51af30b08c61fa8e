/** Memory of a Mac without special rights: a `vm_stat` that keeps printing, and one helper shell for the other figures. */
import { hasPassed, type Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { GpuSample, Pressure } from '../../../shared/memory.ts'
import { describeMachine } from '../machine.ts'
import type { Limit, MachineProbe } from '../machineReading.ts'
import { createMacFacts } from './macFacts.ts'
import { parsePerformanceStatistics, type GpuCounters } from './parsers/parsePerformanceStatistics.ts'
import { parseFreePercent } from './parsers/parseMemoryPressure.ts'
import { parsePressureLevel, parseSwapUsed, parseSysctlLines, parseWiredLimit } from './parsers/parseSysctl.ts'
import { parseVmStatText } from './parsers/parseVmStatText.ts'
import { usedByPages } from './parsers/vmPages.ts'
import { createVmStatRows } from './parsers/vmStatRows.ts'
import type { FilePorts, ProcessPorts, SystemFacts } from './ports.ts'
import { createRowStream } from './rowStream.ts'
import { createShellHelper } from './shellHelper.ts'
import { chooseWorkingSet } from './macWorkingSet.ts'

interface MacProbeDeps {
  processes: ProcessPorts
  files: Pick<FilePorts, 'readTail'>
  facts: SystemFacts
  clock: Clock
  logger: Logger
}

/** With names, because a name that some version does not know would shift the answers of the others. */
const commands = {
  tick:
    'sysctl kern.memorystatus_vm_pressure_level vm.swapusage iogpu.wired_limit_mb 2>/dev/null; ' +
    'ioreg -r -d 1 -w 0 -c IOAccelerator 2>/dev/null | grep PerformanceStatistics',
  pages: 'vm_stat 2>/dev/null',
  pressure: 'memory_pressure -Q 2>/dev/null'
} as const

const TICK_LIMIT_MS = 1_500
const FIRST_ROW_LIMIT_MS = 1_200
/** The kernel warns when free pages are less than half of free and compressed ones together: half of all memory is more than that. */
const SURELY_NORMAL_PERCENT = 50

interface Used {
  usedBytes: number
  at: number
}

export function createMacProbe({ processes, files, facts, clock, logger }: MacProbeDeps): MachineProbe {
  const { totalBytes } = facts
  let paceMs: number | null = null
  let streamed: Used | null = null
  const macFacts = createMacFacts({ processes, files, facts })
  const helper = createShellHelper({ commands, processes, clock, logger })
  const pages = createRowStream({
    name: 'vm_stat',
    start: (intervalMs, listener) => processes.start('vm_stat', [String(Math.ceil(intervalMs / 1000))], listener),
    createParser() {
      const parse = createVmStatRows()
      return (line) => {
        const row = parse(line)
        return row === null ? null : usedByPages(row, totalBytes)
      }
    },
    onRow: (usedBytes) => (streamed = { usedBytes, at: clock.now() }),
    clock,
    logger
  })

  /** The stream's row while it is fresh, else one run of its own. */
  async function readUsed(): Promise<Used | null> {
    await pages.waitForRow(FIRST_ROW_LIMIT_MS)
    if (streamed !== null && !hasPassed(clock, streamed.at, 2 * (paceMs ?? 0) + 1)) return streamed
    const lines = await helper.ask('pages', TICK_LIMIT_MS)
    const once = lines === null ? null : parseVmStatText(lines.join('\n'))
    const usedBytes = once === null ? null : usedByPages(once, totalBytes)
    return usedBytes === null ? null : { usedBytes, at: clock.now() }
  }

  /** The system's own level. Where a version does not tell that, only one thing is certain: with more than half free it is normal. */
  async function readPressure(level: string | undefined): Promise<Pressure | null> {
    if (level !== undefined) return parsePressureLevel(level)
    const percent = parseFreePercent((await helper.ask('pressure', TICK_LIMIT_MS))?.join('\n') ?? '')
    return percent !== null && percent > SURELY_NORMAL_PERCENT ? 'normal' : null
  }

  return {
    async read() {
      const [used, tick] = await Promise.all([readUsed(), helper.ask('tick', TICK_LIMIT_MS)])
      const values = parseSysctlLines(tick ?? [])
      const workingSet = chooseWorkingSet(
        facts,
        parseWiredLimit(values.get('iogpu.wired_limit_mb')),
        macFacts.listedBytes(),
        macFacts.loggedBytes()
      )
      return {
        readAt: used?.at ?? clock.now(),
        machine: describeMachine({
          platform: 'darwin',
          cpuModel: facts.cpuModel,
          modelName: macFacts.modelName(),
          totalBytes
        }),
        totalBytes,
        usedBytes: used?.usedBytes ?? null,
        availableBytes: used === null ? null : totalBytes - used.usedBytes,
        usedFormula: 'app + wired + compressed',
        swapUsedBytes: parseSwapUsed(values.get('vm.swapusage')),
        pressure: tick === null ? null : await readPressure(values.get('kern.memorystatus_vm_pressure_level')),
        gpus: workingSet === null ? [] : [toGpu(facts, workingSet, parsePerformanceStatistics(tick ?? []))],
        workingSet,
        containerLimit: null,
        system: 'macos',
        quality: 'measured',
        source: 'vm_stat'
      }
    },
    pace(intervalMs) {
      paceMs = intervalMs
      if (intervalMs === null) streamed = null
      else macFacts.begin()
      pages.pace(intervalMs)
      helper.run(intervalMs !== null)
    },
    async dispose() {
      await Promise.all([pages.dispose(), helper.dispose()])
    }
  }
}

/** `usedBytes` is what every program has allocated; the desktop's own share is taken off later, when it is known. */
function toGpu(facts: SystemFacts, workingSet: Limit, counters: GpuCounters | null): GpuSample {
  return {
    id: 'apple-gpu',
    name: facts.cpuModel,
    kind: 'unified',
    totalBytes: workingSet.bytes,
    usedBytes: counters?.allocatedBytes ?? null,
    loadPercent: counters?.loadPercent ?? null,
    temperatureCelsius: null,
    powerWatts: null
  }
}
