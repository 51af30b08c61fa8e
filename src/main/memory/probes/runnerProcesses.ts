/** The processes in which Ollama holds its models, as each system tells of them. */
import type { ProcessMemory } from './parsers/parseProcessStatus.ts'

export interface RunnerProcess {
  pid: number
  parentPid: number
  /** The file of its weights; null for MLX. */
  weightsPath: string | null
  /** For MLX the model's name; null otherwise. */
  modelName: string | null
}

export interface RunnerProbe {
  /** Looks at every process of the machine: not for every second. Empty where the system tells nothing. */
  find(): Promise<RunnerProcess[]>
  /** Whether `memoryOf` tells; where it does not, the process itself is all that can be seen. */
  readonly tellsMemory: boolean
  /** Resident memory now; null when the process is gone. */
  memoryOf(runner: Pick<RunnerProcess, 'pid' | 'parentPid'>): ProcessMemory | null
  /** What each holds outside file cache, where only a tool of its own tells (macOS). Missing: not allowed, or not asked. */
  footprintsOf(pids: readonly number[]): Promise<ReadonlyMap<number, number>>
  /** False also for one that ended and waits to be collected: it holds nothing any more. */
  isAlive(pid: number): boolean
}

/** Where nothing can be told. */
export function createBlindRunnerProbe(isAlive: (pid: number) => boolean): RunnerProbe {
  return {
    find: async () => [],
    tellsMemory: false,
    memoryOf: () => null,
    footprintsOf: async () => new Map(),
    isAlive
  }
}
