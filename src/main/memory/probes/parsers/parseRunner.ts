/** Command lines of the processes in which Ollama holds a model, as Linux and `ps` tell them. */
import { parseScaled, parseWhole } from './parseWhole.ts'

export interface RunnerCommand {
  program: 'ollama' | 'llama-server'
  /** The file of the weights; null for MLX, whose models are folders. */
  weightsPath: string | null
  /** For MLX the model's name; null otherwise. */
  modelName: string | null
}

/** A row of `ps -axo pid=,ppid=,rss=,args=`. */
export interface ProcessRow {
  pid: number
  parentPid: number
  residentBytes: number
  command: string
}

/** What stands further back says nothing of the model; a hostile line costs no time. */
const MAX_LINE_CHARACTERS = 4_096

/** Arguments as they were given: /proc/PID/cmdline, split. Null for anything that holds no model of Ollama's. */
export function parseRunnerArguments(args: readonly string[]): RunnerCommand | null {
  const program = programOf(args[0] ?? '')
  if (program === null) return null
  const rest = program === 'ollama' ? args.slice(2) : args.slice(1)
  if (program === 'ollama' && args[1] !== 'runner') return null
  const at = rest.indexOf('--model')
  return toCommand(program, rest.includes('--mlx-engine'), at < 0 ? undefined : rest[at + 1])
}

/** The same arguments joined by spaces, as `ps` prints them: a path may hold spaces, too. */
export function parseRunnerLine(text: string): RunnerCommand | null {
  const line = text.slice(0, MAX_LINE_CHARACTERS)
  // The program's own path may hold spaces, but no option: "/bin/sh -c ollama runner" is a shell.
  const match = /^(?:\/(?:(?! -)[^\n])*?\/)?(ollama|llama-server)(?:\.exe)?( runner)?( [^\n]*)$/.exec(line)
  const [, program, runner, rest = ''] = match ?? []
  if (program !== 'ollama' && program !== 'llama-server') return null
  if ((program === 'ollama') !== (runner !== undefined)) return null
  const model =
    / --model (\S[^\n]*?\/blobs\/sha256-[0-9a-f]{64})(?= |$)/.exec(rest)?.[1] ??
    / --model (\S[^\n]*?)(?= --?[a-z]|$)/.exec(rest)?.[1]
  return toCommand(program, rest.includes(' --mlx-engine'), model)
}

/** Zero-separated, with one more at the end; the bytes are UTF-8, whatever they were read as. */
export function splitCmdline(latin1: string): string[] {
  const args = Buffer.from(latin1, 'latin1').toString('utf8').split('\0')
  return args.at(-1) === '' ? args.slice(0, -1) : args
}

export function parseProcessRow(line: string): ProcessRow | null {
  const [, pidText, parentText, kibText, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S.*)$/.exec(line) ?? []
  const pid = parseWhole(pidText)
  const parentPid = parseWhole(parentText)
  const residentBytes = parseScaled(kibText, 1024)
  if (pid === null || pid === 0 || parentPid === null || residentBytes === null || command === undefined) return null
  return { pid, parentPid, residentBytes, command: command.trimEnd() }
}

/** Whether a process is the Ollama server itself: only its children are its engines, whatever others are called. */
export function isOllamaServer(command: string | readonly string[]): boolean {
  if (typeof command !== 'string')
    return programOf(command[0] ?? '') === 'ollama' && /^(serve|start)$/.test(command[1] ?? '')
  return /^(?:\/(?:(?! -)[^\n])*?\/)?ollama(?:\.exe)? (?:serve|start)(?: |$)/.test(
    command.slice(0, MAX_LINE_CHARACTERS)
  )
}

/** Weights stored by their content are the same wherever they lie; other files are known by their path. */
export function weightsKey(path: string): string {
  return /(?:^|[\\/])(sha256-[0-9a-f]{64})$/.exec(path)?.[1] ?? path
}

function programOf(executable: string): RunnerCommand['program'] | null {
  const name = executable.replace(/^.*[\\/]/s, '').replace(/\.exe$/, '')
  return name === 'ollama' || name === 'llama-server' ? name : null
}

function toCommand(program: RunnerCommand['program'], isMlx: boolean, model: string | undefined): RunnerCommand | null {
  if (model === undefined || model === '' || model.startsWith('-')) return null
  return { program, weightsPath: isMlx ? null : model, modelName: isMlx ? model : null }
}
