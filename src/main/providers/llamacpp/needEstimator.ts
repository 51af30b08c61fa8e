/** The engine's own estimate of what a model file would take, in a child process that is thrown away: a hostile file can abort it. */
import { basename } from 'node:path'
import PQueue from 'p-queue'
import { abortedError, StokerError } from '../../../shared/errors.ts'
import type { CacheType } from '../../../shared/need.ts'
import type { Clock } from '../../lib/clock.ts'
import { explainExitInLoad, explainLoadFailure } from './engineExit.ts'
import type { EngineProcess, LaunchEngine } from './engineProcess.ts'
import { readOomKills } from './oomKills.ts'
import { parseFromEngine } from './parseFromEngine.ts'

export interface EstimateRequest {
  path: string
  /** Ascending (tokens). */
  contextLengths: readonly number[]
  cacheType: CacheType
  parallel: number
}

/** Nothing of it was allocated. */
export interface EngineEstimate {
  weightsBytes: number
  /** Cache, state, compute and output together, at each context length. */
  contexts: readonly { contextLength: number; bytes: number }[]
}

export interface NeedEstimator {
  /** One child at a time. Rejects with a StokerError where the engine cannot say, and with `aborted`. */
  estimate(request: EstimateRequest, signal: AbortSignal): Promise<EngineEstimate>
  /** Ends the child, and rejects what waits. */
  dispose(): Promise<void>
}

interface EstimatorDeps {
  launchEngine: LaunchEngine
  clock: Clock
}

const limitMs = 30_000
const keptOutputCharacters = 4_096
/** Nothing is computed. */
const threads = 1

export function createNeedEstimator({ launchEngine, clock }: EstimatorDeps): NeedEstimator {
  const queue = new PQueue({ concurrency: 1 })
  const disposed = new AbortController()

  async function run(request: EstimateRequest, signal: AbortSignal): Promise<EngineEstimate> {
    if (signal.aborted) throw abortedError()
    const oomKills = await readOomKills()
    return askChild(launchEngine(), request, oomKills, signal)
  }

  function askChild(
    child: EngineProcess,
    request: EstimateRequest,
    oomKillsBefore: number | null,
    signal: AbortSignal
  ): Promise<EngineEstimate> {
    const name = basename(request.path)
    let output = ''
    return new Promise((resolve, reject) => {
      /** What it ends with, once the process is gone; null while it may still answer. */
      let end: (() => void) | null = null
      const finish = (settle: () => void): void => {
        end ??= settle
        child.kill()
      }
      const fail = (error: StokerError): void => finish(() => reject(error))
      const onAbort = (): void => fail(abortedError())
      const cancelLimit = clock.after(limitMs, () => fail(tookTooLong(name)))

      child.onStderr((text) => {
        output = (output + text).slice(-keptOutputCharacters)
      })
      child.onMessage((raw) => {
        const message = parseFromEngine(raw)
        if (message?.type === 'hello') child.send({ type: 'estimate', ...request, threads })
        else if (message?.type === 'estimated') finish(() => resolve(message.estimate))
        else if (message?.type === 'estimateFailed')
          fail(explainLoadFailure(name, message.reason, message.message, message.log + output))
      })
      child.onExit(({ code, signal: killedBy }) => {
        cancelLimit()
        signal.removeEventListener('abort', onAbort)
        if (end) return end()
        void readOomKills().then((now) => {
          const memoryRanOut = now === null || oomKillsBefore === null ? null : now > oomKillsBefore
          reject(explainExitInLoad(name, { code, signal: killedBy, output, memoryRanOut, wasHung: false }))
        })
      })
      if (signal.aborted) onAbort()
      else signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  return {
    async estimate(request, signal) {
      const either = AbortSignal.any([signal, disposed.signal])
      if (either.aborted) throw abortedError()
      try {
        return await queue.add(() => run(request, either), { signal: either })
      } catch (error) {
        // The queue rejects what waits with the signal's own reason.
        throw either.aborted && !(error instanceof StokerError) ? abortedError() : error
      }
    },
    async dispose() {
      disposed.abort()
      await queue.onIdle()
    }
  }
}

function tookTooLong(name: string): StokerError {
  return new StokerError('timed_out', `The engine did not say within ${limitMs / 1_000} s what ${name} needs.`, null)
}
