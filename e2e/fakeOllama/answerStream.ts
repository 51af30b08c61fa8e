/** One answer, token by token or whole, with the failures its model's script asks for. */
import { nanoseconds, record } from './bodyFields.ts'
import { createLineWriter, preciseNow, sendEarlyError, sendJson, type Exchange, type LineWriter } from './wire.ts'
import type { Engine } from './fakeScheduler.ts'
import type { FakeState } from './fakeState.ts'
import { HttpError } from './httpError.ts'
import { fitPrompt, fitTurns, type Turn } from './promptWindow.ts'
import { tokensFor } from './scriptedAnswer.ts'
import { waitOrAbort, waitWhile } from './waiting.ts'

/** The lines of generate and of chat differ only in their shape. */
export interface AnswerShape {
  token: (content: string, thinking?: string) => object
  last: (end: { done_reason: string; content?: string; context?: number[]; figures?: object }) => object
}

interface Answer {
  engine: Engine
  /** Turns where it is a conversation. */
  prompt: string | Turn[]
  system: string | null
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
  const { contextLength } = answer.engine.settings
  const { prompt, system } = answer
  const reached = typeof prompt === 'string' ? fitPrompt(prompt, contextLength) : fitTurns(prompt, contextLength)
  const tokens = tokensFor(answer.engine.model, {
    model: answer.engine.model.name,
    prompt: reached.text,
    system,
    options: record(body['options']),
    format: body['format']
  })
  const promptStartedAt = preciseNow()
  await waitWhile(() => script.hangs === 'prompt', signal)
  await waitOrAbort(script.promptMs, signal)
  const tokensStartedAt = preciseNow()
  const { content, count, isBroken } = await sendTokens(state, exchange, answer, tokens, lines)
  if (isBroken) return null
  return answer.shape.last({
    done_reason: count < tokens.length ? 'length' : 'stop',
    content: lines ? '' : content,
    context: Array.from({ length: reached.tokens + count }, (_, at) => 259 + (at % 90)),
    figures: {
      total_duration: nanoseconds(preciseNow() - answer.startedAt),
      load_duration: nanoseconds(answer.loadMs),
      // A prompt that is too long is cut without a word.
      prompt_eval_count: reached.tokens,
      prompt_eval_duration: nanoseconds(tokensStartedAt - promptStartedAt),
      eval_count: count,
      eval_duration: nanoseconds(preciseNow() - tokensStartedAt)
    }
  })
}

/** `isBroken`: the script ended the stream before its last line. */
async function sendTokens(
  state: FakeState,
  exchange: Exchange,
  answer: Answer,
  tokens: string[],
  lines: LineWriter | null
) {
  const { body, signal, response } = exchange
  const { model } = answer.engine
  const { thinkingTokens, tokenMs, failsAfter, breaksAfter, endsAfter } = model.script
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
    if (count > 0) {
      await waitWhile(() => model.script.hangs === 'stream', signal)
      await waitOrAbort(tokenMs, signal)
    }
    await lines?.write(answer.shape.token(token))
  }
}

/** The new generation thinks unless told not to; the old one only when told to. */
function thinks(state: FakeState, { engine }: Answer, body: Record<string, unknown>): boolean {
  if (!engine.model.capabilities.includes('thinking')) return false
  return body['think'] === true || (body['think'] === undefined && state.options.generation === '0.30')
}
