/** A provider on the real engine for tests: real children from source, one thread, real process memory. */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../lib/clock.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { GenerateRequest, Provider } from '../provider.ts'
import type { EngineProcess, LaunchEngine } from './engineProcess.ts'
import { createForkLauncher } from './forkEngine.ts'
import { createLlamacppProvider, type LlamacppDeps } from './llamacppProvider.ts'

export interface TestEngine {
  provider: Provider
  /** The models folder, in a temporary place. */
  directory: string
  /** Every child started so far. */
  children: EngineProcess[]
  /** Resolves with the child that is started next. */
  nextChild(): Promise<EngineProcess>
  dispose(): Promise<void>
}

export const neverAborted = new AbortController().signal
export const engineChildPath = join(import.meta.dirname, 'engineChild.ts')

export async function createTestEngine(overrides: Partial<LlamacppDeps> = {}): Promise<TestEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'stoker-models-'))
  const children: EngineProcess[] = []
  const waiting: ((child: EngineProcess) => void)[] = []
  const fork = createForkLauncher(engineChildPath)
  const launchEngine: LaunchEngine = () => {
    const child = fork()
    children.push(child)
    for (const resolve of waiting.splice(0)) resolve(child)
    return child
  }
  const provider = createLlamacppProvider({
    modelsDirectory: directory,
    launchEngine,
    threads: () => 1,
    timeouts: () => ({ connectTimeoutMs: 10_000, apiTimeoutMs: 30_000 }),
    processMemory,
    clock: systemClock,
    logger: silentLogger,
    ...overrides
  })
  return {
    provider,
    directory,
    children,
    nextChild: () => new Promise((resolve) => waiting.push(resolve)),
    async dispose() {
      await provider.dispose()
      await rm(directory, { recursive: true, force: true })
    }
  }
}

export function ask(prompt: string, options: GenerateRequest['options'] = {}): GenerateRequest {
  return {
    prompt,
    options: { seed: 1, maxTokens: 16, ...options },
    contextLength: null,
    keepAliveSeconds: 600,
    onText: () => {}
  }
}

/** Null where there is no /proc, and when the process is gone. */
export async function processMemory(pid: number): Promise<{ anonBytes: number; fileBytes: number } | null> {
  const status = readStatus(pid)
  const kilobytes = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  const anonBytes = kilobytes('RssAnon') * 1024
  const fileBytes = kilobytes('RssFile') * 1024
  return Number.isNaN(anonBytes + fileBytes) ? null : { anonBytes, fileBytes }
}

/** A process that has ended but whose parent has not asked yet counts as gone: it holds nothing. */
export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return !/^State:\s+Z/m.test(readStatus(pid))
}

/** Empty where there is no /proc, and when the process is gone. */
function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
