/** One answer, to a prompt or in a conversation, streamed: its limits on silence, its errors in mid-stream, and its figures. */
import type { ChatRequest as WireChatRequest, GenerateRequest as WireGenerateRequest, Message } from 'ollama'
import { abortedError, StokerError } from '../../../shared/errors.ts'
import type { GenerateOptions, GenerateResult } from '../../../shared/model.ts'
import type { Clock } from '../../lib/clock.ts'
import type { GenerateRequest, ProviderTimeouts } from '../provider.ts'
import { wireKeepAlive } from './keepAlive.ts'
import { parseAnswerLine, type AnswerLine } from './ollamaAnswers.ts'
import { classifyOllamaError } from './ollamaErrors.ts'
import type { OllamaHttp } from './ollamaHttp.ts'

interface GenerateDeps {
  http: OllamaHttp
  timeouts: () => ProviderTimeouts
  clock: Clock
}

export interface PreparedRequest extends GenerateRequest {
  name: string
  /** Thinking is not shown, so a model that can do without is asked to: else its first words would come minutes late. */
  canThink: boolean
}

export async function generateOnOllama(
  { http, timeouts, clock }: GenerateDeps,
  request: PreparedRequest,
  signal: AbortSignal
): Promise<GenerateResult> {
  const startedAt = clock.now()
  const silence = limitSilence(clock, timeouts(), signal)
  const { path, body } = toWire(request)
  let text = ''
  let firstTokenMs: number | null = null
  try {
    for await (const raw of http.lines(path, body, silence.signal)) {
      const line = parseAnswerLine(raw)
      if (line.error !== null) throw classifyOllamaError(null, line.error)
      silence.heard()
      if (line.text) {
        firstTokenMs ??= clock.now() - startedAt
        text += line.text
        request.onText(line.text)
      }
      if (line.done) return { text, firstTokenMs, ...figures(line) }
    }
  } finally {
    silence.end()
  }
  throw new StokerError(
    'bad_answer',
    text === '' ? 'Ollama answered nothing.' : 'The answer broke off: Ollama ended it without saying why.',
    'Ask again. It also stops an answer that repeats itself without end.'
  )
}

type Wire = { path: '/api/generate'; body: WireGenerateRequest } | { path: '/api/chat'; body: WireChatRequest }

function toWire({ name, prompt, messages, system, ...request }: PreparedRequest): Wire {
  const common = {
    model: name,
    stream: true,
    keep_alive: wireKeepAlive(request.keepAliveSeconds),
    options: toWireOptions(request.options, request.contextLength),
    // Only where the model can think: any other would answer with an error.
    ...(request.canThink ? { think: false } : {})
  }
  if (messages === undefined)
    return { path: '/api/generate', body: { ...common, prompt, ...(system === undefined ? {} : { system }) } }
  const first: Message[] = system === undefined ? [] : [{ role: 'system', content: system }]
  return {
    path: '/api/chat',
    body: { ...common, messages: [...first, ...messages, { role: 'user', content: prompt }] }
  }
}

function toWireOptions(
  options: GenerateOptions,
  contextLength: number | null
): NonNullable<WireGenerateRequest['options']> {
  const { temperature, topP, topK, repeatPenalty, maxTokens, seed, stop } = options
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
    ...(repeatPenalty === undefined ? {} : { repeat_penalty: repeatPenalty }),
    ...(maxTokens === undefined ? {} : { num_predict: maxTokens }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stop }),
    ...(contextLength === null ? {} : { num_ctx: contextLength })
  }
}

function figures(line: AnswerLine): Omit<GenerateResult, 'text' | 'firstTokenMs'> {
  const { eval_count: tokens, eval_duration: nanoseconds } = line
  return {
    promptTokens: line.prompt_eval_count,
    outputTokens: tokens,
    tokensPerSecond: tokens && nanoseconds ? (tokens / nanoseconds) * 1e9 : null,
    doneReason: line.done_reason
  }
}

/** Two limits in turn: on the wait for the first sign of life, then on every gap after it. */
function limitSilence(clock: Clock, timeouts: ProviderTimeouts, caller: AbortSignal) {
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(abortedError())
  if (caller.aborted) onAbort()
  caller.addEventListener('abort', onAbort, { once: true })
  const limit = (limitMs: number, what: string): (() => void) =>
    clock.after(limitMs, () => {
      const message = `${what} within ${Math.round(limitMs / 100) / 10} s.`
      controller.abort(
        new StokerError('timed_out', message, 'Allow more time in the settings, or use a smaller model.')
      )
    })
  let cancel = limit(timeouts.firstTokenTimeoutMs, 'The first token did not come')
  return {
    signal: controller.signal,
    heard(): void {
      cancel()
      cancel = limit(timeouts.tokenGapTimeoutMs, 'The next token did not come')
    },
    end(): void {
      cancel()
      caller.removeEventListener('abort', onAbort)
    }
  }
}
