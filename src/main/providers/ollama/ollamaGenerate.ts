/** One answer, to a prompt or in a conversation, streamed: its errors in mid-stream, and its figures. */
import type { ChatRequest as WireChatRequest, GenerateRequest as WireGenerateRequest, Message } from 'ollama'
import { StokerError } from '../../../shared/errors.ts'
import type { GenerateOptions, GenerateResult } from '../../../shared/model.ts'
import type { Clock } from '../../lib/clock.ts'
import type { GenerateRequest } from '../provider.ts'
import { wireKeepAlive } from './keepAlive.ts'
import { parseAnswerLine, type AnswerLine } from './ollamaAnswers.ts'
import { classifyOllamaError } from './ollamaErrors.ts'
import type { OllamaHttp } from './ollamaHttp.ts'

interface GenerateDeps {
  http: OllamaHttp
  clock: Clock
}

export interface PreparedRequest extends GenerateRequest {
  name: string
  /** Thinking is not shown, so a model that can do without is asked to: else its first words would come minutes late. */
  canThink: boolean
}

export async function generateOnOllama(
  { http, clock }: GenerateDeps,
  request: PreparedRequest,
  signal: AbortSignal
): Promise<GenerateResult> {
  const startedAt = clock.now()
  const { path, body } = toWire(request)
  let text = ''
  let firstTokenMs: number | null = null
  for await (const raw of http.lines(path, body, signal)) {
    const line = parseAnswerLine(raw)
    if (line.error !== null) throw classifyOllamaError(null, line.error)
    if (line.text) {
      firstTokenMs ??= clock.now() - startedAt
      text += line.text
      request.onText(line.text)
    } else if (!line.done) request.onText('') // It thinks: alive, though nothing is to be shown.
    if (line.done) return { text, firstTokenMs, ...figures(line) }
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
    ...toWireFormat(request.format),
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

/** Servers before 0.5 know "json" alone, and refuse a schema with a sentence. */
function toWireFormat(format: GenerateRequest['format']): Pick<WireGenerateRequest, 'format'> {
  if (format === undefined || format.format === 'text') return {}
  return { format: format.schema ?? 'json' }
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

/**
 * A prompt that does not fit is cut by the server, which does not say so. What its count of tokens tells of that, as seen on 0.11.4 (the
 * suite in realOllama asks whatever server is there):
 * - It counts what is left of the prompt, tokens from the cache among them: asked twice, it says the same.
 * - A prompt alone that is cut counts exactly as many tokens as the context holds. So does one that just fits: as many is at most a hint.
 * - Of a conversation the oldest turns go first, whole: the count may be far below the context, and only less than what was sent tells.
 * - Nothing is kept free for the answer: at the end of the context the server drops the older half of it, in mid-answer.
 * Servers of before July 2024 and the first of 0.30 left out what came from their cache (ollama/ollama#5371, #16428): there a small count
 * alone proves nothing.
 */
function figures(line: AnswerLine): Omit<GenerateResult, 'text' | 'firstTokenMs'> {
  const { eval_count: tokens, eval_duration: nanoseconds } = line
  return {
    promptTokens: line.prompt_eval_count,
    outputTokens: tokens,
    tokensPerSecond: tokens && nanoseconds ? (tokens / nanoseconds) * 1e9 : null,
    doneReason: line.done_reason
  }
}
