/** Answers in turn: what is given up is stopped, and the next never starts beside one that still runs. */
import { describe, expect, test } from 'vitest'
import { StokerError } from '../../../shared/errors.ts'
import { createFakeClock, type FakeClock } from '../../lib/fakeClock.ts'
import type { GenerateRequest } from '../provider.ts'
import { createAnswerQueue, type AnswerQueue } from './answerQueue.ts'
import type { EngineAnswer, ToEngine } from './engineProtocol.ts'

const done: EngineAnswer = { promptTokens: 3, outputTokens: 2, firstTokenMs: 5, tokensPerSecond: 9, doneReason: 'stop' }
const neverAborted = new AbortController().signal

interface Rig {
  queue: AnswerQueue
  clock: FakeClock
  /** What the child was told, as words. */
  told: string[]
  hung: number[]
}

function createRig(): Rig {
  const clock = createFakeClock()
  const told: string[] = []
  const hung: number[] = []
  const queue = createAnswerQueue({
    name: 'm',
    send: (message: ToEngine) =>
      told.push('answerId' in message ? `${message.type} ${message.answerId}` : message.type),
    onHung: () => hung.push(clock.now()),
    clock
  })
  return { queue, clock, told, hung }
}

function request(onText: (text: string) => void = () => {}): GenerateRequest {
  return { prompt: 'x', options: {}, contextLength: null, keepAliveSeconds: 0, onText }
}

const failure = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'none',
    (error: StokerError) => `${error.code}: ${error.message}`
  )

describe('an answer', () => {
  test('is the text that came, and what the child counted', async () => {
    const { queue, clock } = createRig()
    const pieces: string[] = []
    const answer = queue.generate(
      request((text) => pieces.push(text)),
      neverAborted
    )
    await clock.advance(0)
    for (const text of ['a', 'b']) queue.receive({ type: 'text', answerId: 1, text })
    queue.receive({ type: 'answered', answerId: 1, answer: done })
    expect(await answer).toEqual({ text: 'ab', ...done })
    expect(pieces).toEqual(['a', 'b'])
  })

  test('takes nothing from another answer', async () => {
    const { queue, clock } = createRig()
    const answer = queue.generate(request(), neverAborted)
    await clock.advance(0)
    queue.receive({ type: 'text', answerId: 7, text: 'stray' })
    queue.receive({ type: 'answered', answerId: 1, answer: done })
    expect((await answer).text).toBe('')
  })

  test("given up for its caller's own reason fails with that reason, and the child is told to stop", async () => {
    const { queue, clock, told } = createRig()
    const abort = new AbortController()
    const silent = failure(queue.generate(request(), abort.signal))
    const waiting = failure(queue.generate(request(), abort.signal))
    await clock.advance(60_000)
    abort.abort(new StokerError('timed_out', 'Too long.'))
    expect(await silent).toBe('timed_out: Too long.')
    expect(await waiting).toBe('timed_out: Too long.')
    queue.receive({ type: 'failed', answerId: 1, reason: 'aborted', message: '' })
    await clock.advance(0)
    expect(told).toEqual(['generate 1', 'abort 1'])
  })

  test('that was cancelled rejects before the child knows, and no text comes after', async () => {
    const { queue, clock } = createRig()
    const abort = new AbortController()
    const pieces: string[] = []
    const answer = failure(
      queue.generate(
        request((text) => pieces.push(text)),
        abort.signal
      )
    )
    await clock.advance(0)
    abort.abort()
    expect(await answer).toContain('aborted')
    queue.receive({ type: 'text', answerId: 1, text: 'late' })
    expect(pieces).toEqual([])
  })
})

describe('answers in turn', () => {
  test('the next waits for the child to be done with one that was given up', async () => {
    const { queue, clock, told } = createRig()
    const abort = new AbortController()
    void failure(queue.generate(request(), abort.signal))
    const next = queue.generate(request(), neverAborted)
    await clock.advance(0)
    abort.abort()
    await clock.advance(10)
    expect(told).toEqual(['generate 1', 'abort 1'])
    queue.receive({ type: 'failed', answerId: 1, reason: 'aborted', message: '' })
    await clock.advance(0)
    expect(told).toEqual(['generate 1', 'abort 1', 'generate 2'])
    queue.receive({ type: 'answered', answerId: 2, answer: done })
    expect((await next).outputTokens).toBe(2)
  })

  test('one cancelled while it waits never reaches the child', async () => {
    const { queue, clock, told } = createRig()
    const abort = new AbortController()
    void queue.generate(request(), neverAborted)
    const waiting = failure(queue.generate(request(), abort.signal))
    await clock.advance(0)
    abort.abort()
    expect(await waiting).toContain('aborted')
    queue.receive({ type: 'answered', answerId: 1, answer: done })
    await clock.advance(0)
    expect(told).toEqual(['generate 1'])
  })

  test('a child that never hears a cancel is called hung', async () => {
    const { queue, clock, hung } = createRig()
    const abort = new AbortController()
    void failure(queue.generate(request(), abort.signal))
    await clock.advance(0)
    abort.abort()
    await clock.advance(29_000)
    expect(hung).toEqual([])
    await clock.advance(1_000)
    expect(hung).toHaveLength(1)
  })

  test('nobody waits for an answer that was given up', async () => {
    const { queue, clock } = createRig()
    const abort = new AbortController()
    let isIdle = false
    void failure(queue.generate(request(), abort.signal))
    void queue.idle().then(() => (isIdle = true))
    await clock.advance(10)
    expect(isIdle).toBe(false)
    abort.abort()
    await clock.advance(10)
    expect(isIdle).toBe(true)
  })

  test('with the child gone every answer fails, and so does each one after', async () => {
    const { queue, clock } = createRig()
    const answers = [1, 2].map(() => failure(queue.generate(request(), neverAborted)))
    await clock.advance(0)
    queue.close(new StokerError('engine_crashed', 'gone'))
    expect(await Promise.all(answers)).toEqual(['engine_crashed: gone', 'engine_crashed: gone'])
    expect(await failure(queue.generate(request(), neverAborted))).toBe('engine_crashed: gone')
  })
})
