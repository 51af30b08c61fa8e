/** Facts of a Mac that do not change while Stoker runs; asked once, in the background, and unknown until answered. */
import { parseDeviceList } from './parsers/parseDeviceList.ts'
import { parseModelName } from './parsers/parseHardware.ts'
import { parseWorkingSetLog } from './parsers/parseWorkingSetLog.ts'
import type { FilePorts, ProcessPorts, SystemFacts } from './ports.ts'

interface MacFactsDeps {
  processes: Pick<ProcessPorts, 'run' | 'findExecutable'>
  files: Pick<FilePorts, 'readTail'>
  facts: Pick<SystemFacts, 'cpuModel' | 'homeDirectory'>
}

export interface MacFacts {
  /** Asks; does nothing the second time. */
  begin(): void
  /** "Mac mini". */
  modelName(): string | null
  /** What the GPU may hold, as llama.cpp was told by Metal. */
  listedBytes(): number | null
  /** The same as Ollama's engine wrote it into the log when it last started. */
  loggedBytes(): number | null
}

/** Ollama 0.30 and later brings one; it is found there also when it is not on the PATH of a program started from the Dock. */
const deviceListers = ['llama-server', '/Applications/Ollama.app/Contents/Resources/llama-server']
const RUN_LIMIT_MS = 15_000
const OLLAMA_LOG = '.ollama/logs/server.log'
/** The log grows to many megabytes; an engine that started long ago is not looked for. */
const LOG_TAIL_BYTES = 512 * 1024

export function createMacFacts({ processes, files, facts }: MacFactsDeps): MacFacts {
  let hasBegun = false
  let modelName: string | null = null
  let listedBytes: number | null = null
  let loggedBytes: number | null = null

  async function askModelName(): Promise<void> {
    const text = await processes.run('system_profiler', ['SPHardwareDataType'], RUN_LIMIT_MS)
    modelName = text === null ? null : parseModelName(text.split('\n'))
  }

  async function askDevices(): Promise<void> {
    const lister = deviceListers.map((name) => processes.findExecutable(name)).find((found) => found !== null)
    if (lister === undefined || lister === null) return
    const text = await processes.run(lister, ['--list-devices', '--offline'], RUN_LIMIT_MS)
    const device = text === null ? undefined : parseDeviceList(text).find(({ name }) => name === facts.cpuModel)
    listedBytes = device?.totalBytes ?? null
  }

  return {
    begin() {
      if (hasBegun) return
      hasBegun = true
      void askModelName()
      void askDevices()
      loggedBytes = parseWorkingSetLog(files.readTail(`${facts.homeDirectory}/${OLLAMA_LOG}`, LOG_TAIL_BYTES) ?? '')
    },
    modelName: () => modelName,
    listedBytes: () => listedBytes,
    loggedBytes: () => loggedBytes
  }
}
