/** One engine child from its start to its end: load, answers in turn, a clean goodbye or a kill. */
import PQueue from 'p-queue'
import { abortedError } from '../../../shared/errors.ts'
import type { GenerateResult } from '../../../shared/model.ts'
import type { Clock } from '../../lib/clock.ts'
import type { GenerateRequest, ProviderTimeouts } from '../provider.ts'
import { explainExit, explainExitInLoad, explainLoadFailure, type EngineExit } from './engineExit.ts'
import type { ProcessBytes } from './engineMemory.ts'
import type { LaunchEngine } from './engineProcess.ts'
import type { EngineBuffer, FromEngine } from './engineProtocol.ts'
import { createAnswerStream, type AnswerStream } from './answerStream.ts'
import { readOomKills } from './oomKills.ts'
import { parseFromEngine } from './parseFromEngine.ts'

export interface EngineSession {
  readonly pid: number | undefined
  readonly buffers: readonly EngineBuffer[]
  readonly device: string | null
  readonly contextLength: number | null
  /** Program pages the child had before it loaded anything. */
  readonly sharedBytes: number
  /** Resolves when the process is gone, however it went. */
  readonly exited: Promise<EngineExit>
  load(request: SessionLoad, signal: AbortSignal): Promise<void>
  generate(request: GenerateRequest, signal: AbortSignal): Promise<GenerateResult>
  /** Resolves when no answer is running or waiting. */
  idle(): Promise<void>
  /** A clean end, or after two seconds any; resolves when the process is gone. */
  quit(): Promise<void>
  kill(): Promise<void>
}

interface SessionLoad {
  path: string
  contextLength: number
  threads: number
  onProgress: (fraction: number) => void
}

interface SessionDeps {
  /** For sentences about it. */
  name: string
  launchEngine: LaunchEngine
  timeouts: () => ProviderTimeouts
  processMemory: (pid: number) => Promise<ProcessBytes | null>
  clock: Clock
}

const quitLimitMs = 2_000
const keptOutputCharacters = 4_096

export function createEngineSession(deps: SessionDeps): EngineSession {
  const { name, clock } = deps
  const oomKillsBefore = readOomKills()
  const child = deps.launchEngine()
  const queue = new PQueue({ concurrency: 1 })
  let output = ''
  let buffers: EngineBuffer[] = []
  let device: string | null = null
  let contextLength: number | null = null
  let sharedBytes = 0
  let hasExited = false
  let answer: AnswerStream | null = null
  let nextAnswerId = 1
  /** Set while a load waits for the child. */
  let onLoadMessage: (message: FromEngine) => void = () => {}

  child.onStderr((text) => {
    output = (output + text).slice(-keptOutputCharacters)
  })
  child.onMessage((raw) => {
    const message = parseFromEngine(raw)
    if (!message) return
    if (message.type === 'device') device = message.device
    else if (message.type === 'buffers') buffers = message.buffers
    else if ('answerId' in message) answer?.receive(message)
    else onLoadMessage(message)
  })
  const exited = new Promise<EngineExit>((resolve) => {
    child.onExit(async ({ code, signal }) => {
      if (hasExited) return
      hasExited = true
      const [before, after] = await Promise.all([oomKillsBefore, readOomKills()])
      resolve({ code, signal, output, memoryRanOut: before === null || after === null ? null : after > before })
    })
  })
  void exited.then((exit) => answer?.fail(explainExit(name, exit)))

  function load(request: SessionLoad, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        signal.removeEventListener('abort', onAbort)
        onLoadMessage = () => {}
        settle()
      }
      const onAbort = (): void => end(() => void kill().then(() => reject(abortedError())))
      onLoadMessage = (message) => {
        if (message.type === 'hello') void start(request)
        else if (message.type === 'progress') request.onProgress(message.fraction)
        else if (message.type === 'loaded') {
          contextLength = message.contextLength
          end(resolve)
        } else if (message.type === 'loadFailed') {
          const error = explainLoadFailure(name, message.reason, message.message, message.log + output)
          end(() => void quit().then(() => reject(error)))
        }
      }
      void exited.then((exit) => end(() => reject(explainExitInLoad(name, exit))))
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  async function start({ path, contextLength: wanted, threads }: SessionLoad): Promise<void> {
    const memory = child.pid === undefined ? null : await deps.processMemory(child.pid)
    sharedBytes = memory?.fileBytes ?? 0
    child.send({ type: 'load', path, contextLength: wanted, threads })
  }

  async function runAnswer(request: GenerateRequest, signal: AbortSignal): Promise<GenerateResult> {
    if (signal.aborted) throw abortedError()
    if (hasExited) throw explainExit(name, await exited)
    const answerId = nextAnswerId++
    const { firstTokenTimeoutMs, tokenGapTimeoutMs } = deps.timeouts()
    const current = createAnswerStream({
      answerId,
      name,
      onText: request.onText,
      firstTokenTimeoutMs,
      tokenGapTimeoutMs,
      clock
    })
    answer = current
    const stop = (): void => child.send({ type: 'abort', answerId })
    signal.addEventListener('abort', stop, { once: true })
    child.send({
      type: 'generate',
      answerId,
      prompt: request.prompt,
      system: request.system ?? null,
      options: request.options
    })
    // A late answer is an abandoned one: the child need not go on with it.
    void current.result.catch(stop)
    try {
      return await current.result
    } finally {
      signal.removeEventListener('abort', stop)
      // The next answer may not start while the child is still busy with this one.
      await current.ended
    }
  }

  /** Rejects at once on an abort, though the child may need a moment to hear of it; the turn is held until it has. */
  function generate(request: GenerateRequest, signal: AbortSignal): Promise<GenerateResult> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(abortedError())
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort, { once: true })
      const turn = queue.add(() => runAnswer(request, signal))
      turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
    })
  }

  async function kill(): Promise<void> {
    if (!hasExited) child.kill()
    await exited
  }

  async function quit(): Promise<void> {
    if (!hasExited) child.send({ type: 'quit' })
    const cancel = clock.after(quitLimitMs, () => void kill())
    await exited
    cancel()
  }

  return {
    get pid() {
      return child.pid
    },
    get buffers() {
      return buffers
    },
    get device() {
      return device
    },
    get contextLength() {
      return contextLength
    },
    get sharedBytes() {
      return sharedBytes
    },
    exited,
    load,
    generate,
    idle: () => queue.onIdle(),
    quit,
    kill
  }
}
