/** What an engine child does with each message: loads one model once, answers one prompt after the other, quits; or estimates one file. */
import type { EngineFailure, EstimateMessage, FromEngine, LoadMessage, ToEngine } from '../engineProtocol.ts'
import { AnswerError, answerPrompt } from './answerPrompt.ts'
import { estimateFile } from './estimateFile.ts'
import { loadModel, type LoadedModel } from './loadedModel.ts'
import { LoadError } from './loadError.ts'
import { createTextBatcher } from './textBatcher.ts'

type GenerateMessage = Extract<ToEngine, { type: 'generate' }>
type CountMessage = Extract<ToEngine, { type: 'count' }>

export interface ChildEngine {
  receive(message: ToEngine): void
}

export function createChildEngine(send: (message: FromEngine) => void, exit: () => void): ChildEngine {
  let loaded: LoadedModel | null = null
  const aborts = new Map<number, AbortController>()
  /** One answer at a time: they share one context. */
  let turn: Promise<void> = Promise.resolve()

  async function load(message: LoadMessage): Promise<void> {
    let percent = -1
    try {
      loaded = await loadModel({
        ...message,
        onDevice: (device) => send({ type: 'device', device }),
        onProgress: (fraction) => {
          const next = Math.floor(fraction * 100)
          if (next === percent) return
          percent = next
          send({ type: 'progress', fraction: Math.min(1, Math.max(0, fraction)) })
        },
        onBuffers: (buffers) => send({ type: 'buffers', buffers })
      })
      // The last buffer lines are logged a moment after the context is there.
      await new Promise((resolve) => setTimeout(resolve, 5))
      send({ type: 'loaded', contextLength: loaded.contextLength })
    } catch (error) {
      send({ type: 'loadFailed', ...failureOf(error) })
    }
  }

  async function estimate(message: EstimateMessage): Promise<void> {
    try {
      send({ type: 'estimated', estimate: await estimateFile(message) })
    } catch (error) {
      send({ type: 'estimateFailed', ...failureOf(error) })
    }
  }

  function count({ countId, text }: CountMessage): void {
    try {
      send({ type: 'counted', countId, tokens: loaded?.model.tokenize(text).length ?? null })
    } catch {
      send({ type: 'counted', countId, tokens: null })
    }
  }

  async function answer({ answerId, ...request }: GenerateMessage, signal: AbortSignal): Promise<void> {
    const batcher = createTextBatcher((text) => send({ type: 'text', answerId, text }))
    try {
      if (!loaded) throw new AnswerError('failed', 'No model is loaded.')
      const result = await answerPrompt(loaded, { ...request, signal, onText: batcher.add })
      batcher.flush()
      send({ type: 'answered', answerId, answer: result })
    } catch (error) {
      batcher.flush()
      const reason = error instanceof AnswerError ? error.reason : 'failed'
      send({ type: 'failed', answerId, reason, message: error instanceof Error ? error.message : String(error) })
    } finally {
      aborts.delete(answerId)
    }
  }

  async function quit(): Promise<void> {
    for (const abort of aborts.values()) abort.abort()
    await turn
    try {
      await loaded?.dispose()
    } finally {
      exit()
    }
  }

  return {
    receive(message) {
      switch (message.type) {
        case 'load':
          turn = turn.then(() => load(message))
          return
        case 'estimate':
          turn = turn.then(() => estimate(message))
          return
        case 'generate': {
          const abort = new AbortController()
          aborts.set(message.answerId, abort)
          turn = turn.then(() => answer(message, abort.signal))
          return
        }
        case 'count':
          return count(message)
        case 'ping':
          return send({ type: 'pong' })
        case 'abort':
          aborts.get(message.answerId)?.abort()
          return
        case 'quit':
          void quit()
      }
    }
  }
}

/** What fails before the library is there is the library. */
function failureOf(error: unknown): { reason: EngineFailure; message: string; log: string } {
  return error instanceof LoadError
    ? { reason: error.reason, message: error.message, log: error.log }
    : { reason: 'no_engine', message: String(error), log: '' }
}
