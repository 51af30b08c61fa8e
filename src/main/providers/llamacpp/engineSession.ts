/** One engine child from its start to its end: a load, answers in turn, a clean goodbye or a kill. */
import type { GenerateResult } from '../../../shared/model.ts'
import { abortReason } from '../../lib/abortReason.ts'
import type { Clock } from '../../lib/clock.ts'
import type { GenerateRequest, ProviderTimeouts } from '../provider.ts'
import { createAnswerQueue } from './answerQueue.ts'
import { explainExit, explainExitInLoad, explainLoadFailure, type EngineExit } from './engineExit.ts'
import type { ProcessBytes } from './engineMemory.ts'
import type { LaunchEngine } from './engineProcess.ts'
import type { EngineBuffer, FromEngine, LoadMessage } from './engineProtocol.ts'
import { readOomKills } from './oomKills.ts'
import { parseFromEngine } from './parseFromEngine.ts'
import { createTokenCounts } from './tokenCounts.ts'

/** What the child has told so far; null until then. */
export interface EngineFacts {
  buffers: readonly EngineBuffer[]
  device: string | null
  contextLength: number | null
  /** Program pages the child had before it loaded anything. */
  sharedBytes: number
}

export interface EngineSession {
  readonly pid: number | undefined
  readonly facts: Readonly<EngineFacts>
  /** Resolves when the process is gone, however it went. */
  readonly exited: Promise<EngineExit>
  load(request: SessionLoad, signal: AbortSignal): Promise<void>
  generate(request: GenerateRequest, signal: AbortSignal): Promise<GenerateResult>
  /** Waits for no answer's end. */
  countTokens(text: string, signal: AbortSignal): Promise<number>
  /** Nobody waits for an answer. */
  isIdle(): boolean
  /** Whether the process still hears us; false once the limit has passed without a word. */
  ping(limitMs: number, signal: AbortSignal): Promise<boolean>
  /** As `kill`, of one that does not hear us any more. */
  killHung(): Promise<void>
  /** Resolves when nobody waits for an answer. */
  idle(): Promise<void>
  /** A clean end, or after two seconds any; resolves when the process is gone. */
  quit(): Promise<void>
  kill(): Promise<void>
}

export interface SessionLoad extends LoadMessage {
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
/** How long a cancelled load waits to see the child gone. */
const killPatienceMs = 150
const keptOutputCharacters = 4_096

export function createEngineSession(deps: SessionDeps): EngineSession {
  const { name, clock } = deps
  const oomKillsBefore = readOomKills()
  const child = deps.launchEngine()
  const facts: EngineFacts = { buffers: [], device: null, contextLength: null, sharedBytes: 0 }
  let output = ''
  let wasHung = false
  let hasExited = false
  const onPong = new Set<() => void>()
  /** Set while a load waits for the child. */
  let onLoadMessage: (message: FromEngine) => void = () => {}
  const answers = createAnswerQueue({
    ...deps,
    send: child.send,
    onHung: () => void killHung()
  })

  const counts = createTokenCounts({ ...deps, send: child.send, limitMs: () => deps.timeouts().apiTimeoutMs })

  child.onStderr((text) => {
    output = (output + text).slice(-keptOutputCharacters)
  })
  child.onMessage((raw) => {
    const message = parseFromEngine(raw)
    if (!message) return
    if ('answerId' in message) return answers.receive(message)
    if (message.type === 'counted') counts.receive(message)
    else if (message.type === 'device') facts.device = message.device
    else if (message.type === 'buffers') facts.buffers = message.buffers
    else if (message.type === 'loaded') facts.contextLength = message.contextLength
    else if (message.type === 'pong') for (const hear of onPong) hear()
    onLoadMessage(message)
  })
  const exited = new Promise<EngineExit>((resolve) => {
    child.onExit(({ code, signal }) => {
      hasExited = true
      void memoryRanOut(oomKillsBefore).then((ranOut) =>
        resolve({ code, signal, output, wasHung, memoryRanOut: ranOut })
      )
    })
  })
  void exited.then((exit) => {
    answers.close(explainExit(name, exit))
    counts.close(explainExit(name, exit))
  })

  function load(request: SessionLoad, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let isOpen = true
      /** Once: a child that is killed for a reason also exits, and the reason counts. */
      const end = (settle: () => void): void => {
        if (!isOpen) return
        isOpen = false
        signal.removeEventListener('abort', onAbort)
        onLoadMessage = () => {}
        settle()
      }
      const onAbort = (): void =>
        end(() => {
          const rejectAborted = (): void => reject(abortReason(signal))
          void kill().then(rejectAborted)
          clock.after(killPatienceMs, rejectAborted)
        })
      const fail = (error: unknown): void => end(() => void kill().then(() => reject(error)))
      onLoadMessage = (message) => {
        if (message.type === 'hello') start(request).catch(fail)
        else if (message.type === 'progress') request.onProgress(message.fraction)
        else if (message.type === 'loaded') end(resolve)
        else if (message.type === 'loadFailed')
          fail(explainLoadFailure(name, message.reason, message.message, message.log + output))
      }
      void exited.then((exit) => end(() => reject(explainExitInLoad(name, exit))))
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  async function start({ onProgress: _onProgress, ...message }: SessionLoad): Promise<void> {
    const memory = child.pid === undefined ? null : await deps.processMemory(child.pid)
    facts.sharedBytes = memory?.fileBytes ?? 0
    child.send({ type: 'load', ...message })
  }

  async function kill(): Promise<void> {
    if (!hasExited) child.kill()
    await exited
  }

  async function killHung(): Promise<void> {
    wasHung = true
    await kill()
  }

  function ping(limitMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        cancel()
        onPong.delete(onHeard)
        signal.removeEventListener('abort', onAbort)
        finish()
      }
      const onHeard = (): void => settle(() => resolve(true))
      const onAbort = (): void => settle(() => reject(abortReason(signal)))
      const cancel = clock.after(limitMs, () => settle(() => resolve(false)))
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort, { once: true })
      onPong.add(onHeard)
      // Gone is not hung: its exit says what became of it.
      void exited.then(onHeard)
      child.send({ type: 'ping' })
    })
  }

  return {
    get pid() {
      return child.pid
    },
    facts,
    exited,
    load,
    generate: answers.generate,
    countTokens: counts.count,
    isIdle: answers.isIdle,
    ping,
    killHung,
    idle: answers.idle,
    async quit() {
      if (!hasExited) child.send({ type: 'quit' })
      const cancel = clock.after(quitLimitMs, () => void kill())
      await exited
      cancel()
    },
    kill
  }
}

/** Whether the system killed anything for want of memory since `before`; null where it does not count. */
async function memoryRanOut(before: Promise<number | null>): Promise<boolean | null> {
  const [then, now] = await Promise.all([before, readOomKills()])
  return then === null || now === null ? null : now > then
}
