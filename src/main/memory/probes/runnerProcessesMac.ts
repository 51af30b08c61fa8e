/** Runner processes on a Mac, from `ps`, and what they hold, from `footprint`: each is a process of its own, so rarely asked. */
import { parseFootprint } from './parsers/parseFootprint.ts'
import { isOllamaServer, parseProcessRow, parseRunnerLine } from './parsers/parseRunner.ts'
import type { ProcessPorts } from './ports.ts'
import type { RunnerProbe, RunnerProcess } from './runnerProcesses.ts'

interface MacRunnerProbeDeps {
  processes: Pick<ProcessPorts, 'run'>
  isAlive: (pid: number) => boolean
}

const PS_LIMIT_MS = 600
const FOOTPRINT_LIMIT_MS = 5_000

export function createMacRunnerProbe({ processes, isAlive }: MacRunnerProbeDeps): RunnerProbe {
  return {
    tellsMemory: false,
    async find() {
      const text = await processes.run('ps', ['-axwwo', 'pid=,ppid=,rss=,args='], PS_LIMIT_MS)
      return text === null ? [] : findRunners(text)
    },
    // `ps` leaves out what is allocated for the GPU, so its resident size is not the model's.
    memoryOf: () => null,
    async footprintsOf(pids) {
      if (pids.length === 0) return new Map()
      // One process it may not look into is no failure of the others.
      const command = `footprint -f bytes --noCategories ${pids.map((pid) => `-p ${pid}`).join(' ')} 2>/dev/null; true`
      const text = await processes.run('/bin/sh', ['-c', command], FOOTPRINT_LIMIT_MS)
      return text === null ? new Map() : parseFootprint(text)
    },
    isAlive
  }
}

function findRunners(text: string): RunnerProcess[] {
  const rows = text.split('\n').flatMap((line) => parseProcessRow(line) ?? [])
  const servers = new Set(rows.filter(({ command }) => isOllamaServer(command)).map(({ pid }) => pid))
  return rows.flatMap(({ pid, parentPid, command }) => {
    const runner = parseRunnerLine(command)
    if (runner === null || !servers.has(parentPid)) return []
    return [{ pid, parentPid, weightsPath: runner.weightsPath, modelName: runner.modelName }]
  })
}
