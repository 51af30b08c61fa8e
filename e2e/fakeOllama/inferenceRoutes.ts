/** generate, chat and embed: load, unload, answer, and their errors. */
import { answerStream, type AnswerShape } from './answerStream.ts'
import { nanoseconds, record, text } from './bodyFields.ts'
import { fullName, isValidName, type FakeModel, type Generation } from './fakeModel.ts'
import type { FakeState } from './fakeState.ts'
import { parseKeepAlive } from './goDuration.ts'
import { HttpError } from './httpError.ts'
import type { Turn } from './promptWindow.ts'
import { goTime, preciseNow, sendJson, type Exchange } from './wire.ts'
import { waitOrAbort } from './waiting.ts'

export async function generateRoute(state: FakeState, exchange: Exchange): Promise<void> {
  const { body } = exchange
  const asked = text(body['model'])
  const keepAliveMs = keepAliveOf(state, body)
  const model = isValidName(asked) ? state.findModel(asked) : undefined
  if (!model) throw new HttpError(404, `model '${asked}' not found`)
  const prompt = text(body['prompt'])
  const shape = generateShape(asked)
  if (prompt === '' && keepAliveMs === 0) return unload(state, exchange, model, shape)
  requireCapabilities(state, model, body, `"${asked}" does not support generate`)
  const system = typeof body['system'] === 'string' ? body['system'] : null
  await run(state, exchange, { model, keepAliveMs, prompt: prompt === '' ? null : prompt, system, shape })
}

export async function chatRoute(state: FakeState, exchange: Exchange): Promise<void> {
  const { body } = exchange
  const asked = text(body['model'])
  const keepAliveMs = keepAliveOf(state, body)
  const messages: unknown[] = Array.isArray(body['messages']) ? body['messages'] : []
  const isUnload = messages.length === 0 && keepAliveMs === 0
  if (asked === '' || !isValidName(asked)) throw new HttpError(400, 'model is required')
  const model = state.findModel(asked)
  if (!model)
    throw new HttpError(
      404,
      isUnload || state.options.generation === '0.30'
        ? `model '${asked}' not found`
        : `model "${asked}" not found, try pulling it first`
    )
  const shape = chatShape(asked, state.options.generation)
  if (isUnload) return unload(state, exchange, model, shape)
  requireCapabilities(state, model, body, `"${asked}" does not support chat`)
  const turns = messages.map(record).map(({ role, content }) => ({ role: text(role), content: text(content) }))
  const system = turns.find(({ role }) => role === 'system')?.content ?? null
  await run(state, exchange, { model, keepAliveMs, prompt: turns.length === 0 ? null : turns, system, shape })
}

export async function embedRoute(state: FakeState, exchange: Exchange): Promise<void> {
  const { body, signal, response } = exchange
  const asked = text(body['model'])
  const keepAliveMs = keepAliveOf(state, body)
  const input = embedInput(body['input'])
  const model = state.findModel(asked)
  if (!model) throw new HttpError(404, `model "${asked}" not found, try pulling it first`)
  const startedAt = preciseNow()
  const lease = await state.scheduler.acquire({ model, options: record(body['options']), keepAliveMs, signal })
  try {
    if (input.length === 0) return sendJson(response, 200, { model: asked, embeddings: [] })
    const loadedAt = preciseNow()
    await waitOrAbort(model.script.promptMs, signal)
    sendJson(response, 200, {
      model: asked,
      // As wide as a real one, so that the answer is too long for a counted length.
      embeddings: input.map(() => Array.from({ length: 512 }, (_, at) => (at % 7) / 100)),
      total_duration: nanoseconds(preciseNow() - startedAt),
      load_duration: nanoseconds(loadedAt - startedAt),
      prompt_eval_count: input.length
    })
  } finally {
    lease.release()
  }
}

interface Run {
  model: FakeModel
  keepAliveMs: number | null
  /** null: only load. Empty turns are a conversation all the same. */
  prompt: string | Turn[] | null
  system: string | null
  shape: AnswerShape
}

async function run(state: FakeState, exchange: Exchange, asked: Run): Promise<void> {
  const { model, keepAliveMs, prompt, system, shape } = asked
  const { body, response, signal } = exchange
  const startedAt = preciseNow()
  const lease = await state.scheduler.acquire({ model, options: record(body['options']), keepAliveMs, signal })
  try {
    if (prompt === null) return sendJson(response, 200, shape.last({ done_reason: 'load' }))
    const loadMs = preciseNow() - startedAt
    const { engine } = lease
    await engine.turns.take(signal, () =>
      answerStream(state, exchange, { engine, prompt, system, shape, startedAt, loadMs })
    )
  } finally {
    lease.release()
  }
}

async function unload(state: FakeState, { response }: Exchange, model: FakeModel, shape: AnswerShape): Promise<void> {
  await state.scheduler.expire(model)
  sendJson(response, 200, shape.last({ done_reason: 'unload' }))
}

function generateShape(model: string): AnswerShape {
  const head = () => ({ model, created_at: goTime(preciseNow()) })
  return {
    token: (response, thinking) => ({ ...head(), response, ...(thinking ? { thinking } : {}), done: false }),
    last: ({ done_reason, content = '', context, figures = {} }) => ({
      ...head(),
      response: content,
      done: true,
      done_reason,
      ...(context ? { context } : {}),
      ...figures
    })
  }
}

/** The generations differ in the order of two fields, which nobody should mind. */
function chatShape(model: string, generation: Generation): AnswerShape {
  const head = () => ({ model, created_at: goTime(preciseNow()) })
  return {
    token: (content, thinking) => ({
      ...head(),
      message: { role: 'assistant', content, ...(thinking ? { thinking } : {}) },
      done: false
    }),
    last: ({ done_reason, content = '', figures = {} }) => ({
      ...head(),
      message: { role: 'assistant', content },
      ...(generation === '0.30' ? { done: true, done_reason } : { done_reason, done: true }),
      ...figures
    })
  }
}

function requireCapabilities(
  { options }: FakeState,
  model: FakeModel,
  body: Record<string, unknown>,
  withoutCompletion: string
): void {
  if (!model.capabilities.includes('completion')) throw new HttpError(400, withoutCompletion)
  const tools = body['tools']
  if (Array.isArray(tools) && tools.length > 0 && !model.capabilities.includes('tools')) {
    throw new HttpError(400, `${fullName(model.name)} does not support tools`)
  }
  if (body['think'] === true && !model.capabilities.includes('thinking')) {
    const name = options.generation === '0.30' ? `"${text(body['model'])}"` : fullName(model.name)
    throw new HttpError(400, `${name} does not support thinking`)
  }
}

function keepAliveOf(state: FakeState, body: Record<string, unknown>): number | null {
  const parsed = parseKeepAlive(body['keep_alive'], state.options.generation === '0.11')
  if (parsed && 'error' in parsed) throw new HttpError(400, parsed.error)
  return parsed?.ms ?? null
}

function embedInput(input: unknown): string[] {
  if (input === undefined || input === null || input === '') return []
  if (typeof input === 'string') return [input]
  if (Array.isArray(input) && input.every((part) => typeof part === 'string')) return input
  throw new HttpError(400, 'invalid input type')
}
