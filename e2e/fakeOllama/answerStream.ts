/** One answer, token by token or whole, with the failures its model's script asks for. */
import { nanoseconds, record } from './bodyFields.ts'
import {
  createLineWriter,
  goJson,
  preciseNow,
  sendEarlyError,
  sendJson,
  type Exchange,
  type LineWriter
} from './wire.ts'
import type { Engine } from './fakeScheduler.ts'
import type { FakeState } from './fakeState.ts'
import { HttpError } from './httpError.ts'
import { waitOrAbort } from './waiting.ts'

/** The lines of generate and of chat differ only in their shape. */
export interface AnswerShape {
  token: (content: string, thinking?: string) => object
  last: (end: { done_reason: string; content?: string; context?: number[]; figures?: object }) => object
}

interface Answer {
  engine: Engine
  prompt: string
  shape: AnswerShape
  startedAt: number
  loadMs: number
}

export async function answerStream(state: FakeState, exchange: Exchange, answer: Answer): Promise<void> {
  const isWhole = exchange.body['stream'] === false
  const lines = createLineWriter(exchange, state.options.splitBytes)
  try {
    const last = await runAnswer(state, exchange, answer, isWhole ? null : lines)
    if (last === null) return
    if (isWhole) return sendJson(exchange.response, 200, last)
    await lines.write(last)
    lines.end()
  } catch (error) {
    // The old generation has answered 200 by then, whatever went wrong; the new one only once a token is out.
    const isLate = !isWhole && (lines.hasBegun() || state.options.generation === '0.11')
    if (!(error instanceof HttpError) || error.status === 499 || isWhole) throw error
    if (!isLate) return sendEarlyError(exchange.response, error)
    await lines.write({ error: error.message })
    lines.end()
  }
}

/** Sends the tokens and answers the last line; null when the script ended the stream before it. */
async function runAnswer(
  state: FakeState,
  exchange: Exchange,
  answer: Answer,
  lines: LineWriter | null
): Promise<object | null> {
  const { body, signal } = exchange
  const { script } = answer.engine.model
  requireFormat(body['format'])
  const promptStartedAt = preciseNow()
  await waitOrAbort(script.hangs === 'prompt' ? Infinity : script.promptMs, signal)
  const tokensStartedAt = preciseNow()
  const { content, count, isBroken } = await sendTokens(state, exchange, answer, lines)
  if (isBroken) return null
  const promptTokens = Math.min(wordsOf(answer.prompt) + 1, answer.engine.settings.contextLength)
  return answer.shape.last({
    done_reason: count < script.tokens.length ? 'length' : 'stop',
    content: lines ? '' : content,
    context: Array.from({ length: promptTokens + count }, (_, at) => 259 + (at % 90)),
    figures: {
      total_duration: nanoseconds(preciseNow() - answer.startedAt),
      load_duration: nanoseconds(answer.loadMs),
      // A prompt that is too long is cut without a word.
      prompt_eval_count: promptTokens,
      prompt_eval_duration: nanoseconds(tokensStartedAt - promptStartedAt),
      eval_count: count,
      eval_duration: nanoseconds(preciseNow() - tokensStartedAt)
    }
  })
}

/** `isBroken`: the script ended the stream before its last line. */
async function sendTokens(state: FakeState, exchange: Exchange, answer: Answer, lines: LineWriter | null) {
  const { body, signal, response } = exchange
  const { model } = answer.engine
  const { tokens, thinkingTokens, tokenMs, hangs, failsAfter, breaksAfter, endsAfter } = model.script
  const limit = record(body['options'])['num_predict']
  const wanted = typeof limit === 'number' && limit >= 0 ? tokens.slice(0, limit) : tokens
  if (thinks(state, answer, body)) for (const token of thinkingTokens) await lines?.write(answer.shape.token('', token))
  for (let count = 0; ; count++) {
    if (failsAfter?.tokens === count) throw new HttpError(500, failsAfter.error)
    if (breaksAfter === count) {
      response.destroy()
      return { content: '', count, isBroken: true }
    }
    if (endsAfter === count) {
      lines?.end()
      return { content: '', count, isBroken: true }
    }
    const token = wanted[count]
    if (token === undefined) return { content: wanted.join(''), count, isBroken: false }
    if (count > 0) await waitOrAbort(hangs === 'stream' ? Infinity : tokenMs, signal)
    await lines?.write(answer.shape.token(token))
  }
}

/** The new generation thinks unless told not to; the old one only when told to. */
function thinks(state: FakeState, { engine }: Answer, body: Record<string, unknown>): boolean {
  if (!engine.model.capabilities.includes('thinking')) return false
  return body['think'] === true || (body['think'] === undefined && state.options.generation === '0.30')
}

function requireFormat(format: unknown): void {
  if (format === undefined || format === 'json' || (typeof format === 'object' && format !== null)) return
  throw new HttpError(
    500,
    `invalid format: ${JSON.stringify(goJson(format))}; expected "json" or a valid JSON Schema object`
  )
}

function wordsOf(prompt: string): number {
  return prompt.split(/\s+/).filter((word) => word !== '').length
}
