/** One answer: the prompt in slices, so that a cancel is heard in the middle of it, then token by token until something ends it. */
import type { LlamaContextSequence, LlamaGrammarEvaluationState, LlamaModel, Token } from 'node-llama-cpp'
import type { GenerateOptions } from '../../../../shared/model.ts'
import type { AnswerFormat, Conversation, EngineAnswer, EngineFailure } from '../engineProtocol.ts'
import type { LoadedModel } from './loadedModel.ts'
import { promptTokens } from './promptTokens.ts'
import { createStopFilter } from './stopFilter.ts'

interface AnswerRequest {
  conversation: Conversation
  options: GenerateOptions
  format: AnswerFormat | null
  signal: AbortSignal
  onText: (text: string) => void
}

export class AnswerError extends Error {
  readonly reason: EngineFailure

  constructor(reason: EngineFailure, message: string) {
    super(message)
    this.reason = reason
  }
}

/** What llama.cpp's own programs use where nothing is asked for; the library would take the likeliest token every time. */
const defaults = { temperature: 0.8, topK: 40, topP: 0.95, repeatPenalty: 1.1 }
const penaltyTokens = 64
/** A character is four bytes at most, and a byte may be a token. */
const maxPartialTokens = 4
const replacement = '\uFFFD'

export async function answerPrompt(loaded: LoadedModel, request: AnswerRequest): Promise<EngineAnswer> {
  const startedAt = performance.now()
  const { model, sequence, contextLength } = loaded
  const { tokens, stops, stopTokens } = promptTokens(model, loaded.chatWrapper, request.conversation)
  if (tokens.length >= contextLength)
    throw new AnswerError(
      'context_exceeded',
      `The prompt is ${tokens.length} tokens long and the context holds ${contextLength}.`
    )
  const last = tokens.at(-1)
  if (last === undefined)
    return { promptTokens: 0, outputTokens: 0, firstTokenMs: null, tokensPerSecond: null, doneReason: 'stop' }
  const grammar = await grammarFor(loaded, request.format)
  await feedPrompt(loaded, tokens.slice(0, -1), request.signal)
  const room = contextLength - tokens.length
  const written = await writeAnswer(model, sequence, last, {
    ...request,
    stops: [...stops, ...(request.options.stop ?? []), ...(grammar ? [grammar.end] : [])],
    stopTokens,
    grammarState: grammar?.state ?? null,
    maxTokens: Math.min(request.options.maxTokens ?? room, room)
  })
  return {
    promptTokens: tokens.length,
    outputTokens: written.count,
    firstTokenMs: written.firstAt === null ? null : written.firstAt - startedAt,
    tokensPerSecond: speed(written),
    doneReason: written.doneReason
  }
}

async function grammarFor({ grammars }: LoadedModel, format: AnswerFormat | null) {
  try {
    return format === null ? null : await grammars.begin(format)
  } catch (error) {
    throw new AnswerError('bad_format', error instanceof Error ? error.message : String(error))
  }
}

/** All but the last token of the prompt; what the context still holds from the answer before is not fed again. */
async function feedPrompt({ sequence, pacer }: LoadedModel, tokens: Token[], signal: AbortSignal): Promise<void> {
  await sequence.adaptStateToTokens(tokens, false)
  for (let start = sequence.nextTokenIndex; start < tokens.length;) {
    throwIfAborted(signal)
    const slice = tokens.slice(start, start + pacer.sliceTokens())
    const startedAt = performance.now()
    await sequence.evaluateWithoutGeneratingNewTokens(slice)
    pacer.measured(slice.length, performance.now() - startedAt)
    start += slice.length
  }
}

interface Written {
  count: number
  firstAt: number | null
  lastAt: number | null
  doneReason: 'stop' | 'length'
}

async function writeAnswer(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  last: Token,
  request: AnswerRequest & {
    stops: string[]
    stopTokens: ReadonlySet<Token>
    grammarState: LlamaGrammarEvaluationState | null
    maxTokens: number
  }
): Promise<Written> {
  const filter = createStopFilter(request.stops)
  const output: Token[] = []
  /** Tokens that may be half a character, and a few before them, which decide about spaces. */
  const partial: Token[] = []
  let before: Token[] = []
  const written: Written = { count: 0, firstAt: null, lastAt: null, doneReason: 'stop' }
  const sampling = {
    ...samplingOptions(request.options, output),
    ...(request.grammarState ? { grammarEvaluationState: request.grammarState } : {})
  }
  throwIfAborted(request.signal)
  for await (const token of sequence.evaluate([last], sampling)) {
    throwIfAborted(request.signal)
    if (request.stopTokens.has(token)) break
    written.lastAt = performance.now()
    written.firstAt ??= written.lastAt
    written.count++
    partial.push(token)
    output.push(token)
    const text = model.detokenize(partial, false, before)
    const isWhole = !text.endsWith(replacement) || partial.length >= maxPartialTokens
    if (isWhole) {
      partial.length = 0
      before = output.slice(-maxPartialTokens)
      const { text: shown, stopped } = filter.add(text)
      request.onText(shown)
      if (stopped) return written
    }
    if (written.count >= request.maxTokens) {
      written.doneReason = 'length'
      break
    }
  }
  if (partial.length > 0) request.onText(filter.add(model.detokenize(partial, false, before)).text)
  request.onText(filter.rest())
  return written
}

function samplingOptions(options: GenerateOptions, output: Token[]) {
  return {
    temperature: options.temperature ?? defaults.temperature,
    topK: options.topK ?? defaults.topK,
    topP: options.topP ?? defaults.topP,
    // Left alone, the library takes the second of the day, and two quick answers are one.
    seed: (options.seed ?? Math.random() * 2 ** 32) >>> 0,
    repeatPenalty: {
      punishTokens: () => output.slice(-penaltyTokens),
      maxPunishTokens: penaltyTokens,
      penalty: options.repeatPenalty ?? defaults.repeatPenalty
    }
  }
}

/** From the first token to the last: what came before is the prompt's time. */
function speed({ count, firstAt, lastAt }: Written): number | null {
  if (count < 2 || firstAt === null || lastAt === null || lastAt <= firstAt) return null
  return ((count - 1) * 1000) / (lastAt - firstAt)
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AnswerError('aborted', 'Cancelled.')
}
