/** Runner processes on Linux, from /proc: no child process, some 10 microseconds for each process of the machine. */
import { isOllamaServer, parseRunnerArguments, splitCmdline } from './parsers/parseRunner.ts'
import { parseIsAlive, parseParentPid, parseProcessStatus } from './parsers/parseProcessStatus.ts'
import { parseWhole } from './parsers/parseWhole.ts'
import type { FilePorts } from './ports.ts'
import type { RunnerProbe, RunnerProcess } from './runnerProcesses.ts'

export function createLinuxRunnerProbe(files: FilePorts): RunnerProbe {
  const argumentsOf = (pid: number): string[] => splitCmdline(files.readText(`/proc/${pid}/cmdline`) ?? '')
  const statusOf = (pid: number): string => files.readText(`/proc/${pid}/status`) ?? ''

  function look(pid: number): RunnerProcess | null {
    const command = parseRunnerArguments(argumentsOf(pid))
    const parentPid = command === null ? null : parseParentPid(statusOf(pid))
    if (command === null || parentPid === null) return null
    // One that a dead server left behind is nobody's model any more, and another program may go by the same name.
    const { weightsPath, modelName } = command
    return isOllamaServer(argumentsOf(parentPid)) ? { pid, parentPid, weightsPath, modelName } : null
  }

  return {
    tellsMemory: true,
    async find() {
      const pids = files.list('/proc').map(parseWhole)
      return pids.flatMap((pid) => (pid === null ? [] : (look(pid) ?? [])))
    },
    memoryOf({ pid, parentPid }) {
      const status = statusOf(pid)
      // A number that was given to another process since, or a runner that its server left behind.
      return parseParentPid(status) === parentPid ? parseProcessStatus(status) : null
    },
    footprintsOf: async () => new Map(),
    isAlive: (pid) => parseIsAlive(statusOf(pid))
  }
}
