/** The pipeline of one host as its callers meet it: turns, attempts, and what is told of them. */
import { describe, expect, it } from 'vitest'
import { StokerError, type ErrorCode } from '../../shared/errors.ts'
import { createPipelineRig, never, type Asked, type PipelineRig } from './pipelineRig.ts'

const error = (code: ErrorCode, message = 'It broke.'): StokerError => new StokerError(code, message)
const oneAtOnce = { minConcurrency: 1, maxConcurrency: 1 }
const fail = async (rig: PipelineRig, code: ErrorCode = 'server_failed'): Promise<void> => {
  rig.fake.answers[0]?.fail(error(code))
  await rig.clock.advance(0)
}
const endings = (asked: Asked[]): (string | null)[] => asked.map(({ ending }) => ending)

describe('a guarded provider', () => {
  it('can do what its provider can, and no more: a button for what is absent must stay hidden', () => {
    const { provider, fake } = createPipelineRig({ change: (one) => delete one.setKeepAlive })
    expect(provider.setKeepAlive).toBeUndefined()
    expect(provider.copy).toBeUndefined()
    expect(provider.heal).toBeUndefined()
    expect(provider.pull).toBeDefined()
    const { kind, capabilities, keepsTime, loadsWhenAsked, answersAtOnce } = fake
    expect(provider).toMatchObject({ kind, capabilities, keepsTime, loadsWhenAsked, answersAtOnce })
  })

  it('counts tokens beside an answer that has its only place, where its provider can', async () => {
    const rig = createPipelineRig({
      settings: oneAtOnce,
      change: (one) => (one.countTokens = async (_, text) => text.length)
    })
    rig.ask('m')
    await rig.clock.advance(0)
    expect(rig.pipeline.state().queue.answering).toHaveLength(1)
    expect(await rig.provider.countTokens?.('m', 'abc', never)).toBe(3)
    expect(createPipelineRig().provider.countTokens).toBeUndefined()
  })

  it('passes on what is lost', () => {
    const { provider, fake } = createPipelineRig()
    const lost: string[] = []
    provider.onLost((name) => lost.push(name))
    fake.lose('m')
    expect(lost).toEqual(['m'])
  })
})

describe('the queue', () => {
  it('tells each its place and its turn, and the callers come in turn', async () => {
    const rig = createPipelineRig({ settings: oneAtOnce })
    rig.ask('m', { caller: 'script' })
    const second = rig.ask('m', { caller: 'script' })
    const third = rig.ask('m', { caller: 'script' })
    const person = rig.ask('m', { caller: 'you' })
    expect([second.places, third.places, person.places]).toEqual([['1 of 1'], ['2 of 2'], ['2 of 3']])
    await rig.clock.advance(250)
    expect(third.places.at(-1)).toBe('3 of 3')
    expect(rig.pipeline.state().queue.waiting.map(({ caller, position }) => `${position} ${caller}`)).toEqual([
      '1 script',
      '2 you',
      '3 script'
    ])
    for (let turn = 0; turn < 2; turn++) {
      rig.fake.answers[0]?.finish()
      await rig.clock.advance(0)
    }
    expect([second.ending, second.places.at(-1), person.places.at(-1)]).toEqual(['done', null, null])
    expect(third.places.at(-1)).not.toBeNull()
  })

  it('names who answers and who waits, each with what it can be cancelled by, and forgets who has ended', async () => {
    const rig = createPipelineRig({ settings: oneAtOnce })
    const ending = new AbortController()
    rig.ask('m', { caller: 'schedule', operationId: 'operation-1' }, ending.signal)
    await rig.clock.advance(4_000)
    const beganAt = rig.clock.now() - 4_000
    rig.ask('n', { caller: 'you', operationId: 'operation-2' })
    rig.ask('m')
    const entries = () => {
      const { answering, waiting } = rig.pipeline.state().queue
      return [answering, waiting]
    }
    const [m, n] = ['m', 'n'].map((name) => ({ hostId: 'ollama', name }))
    expect(entries()).toEqual([
      [{ modelId: m, caller: 'schedule', operationId: 'operation-1', sinceAt: beganAt }],
      [
        { modelId: n, caller: 'you', operationId: 'operation-2', sinceAt: beganAt + 4_000, position: 1 },
        { modelId: m, caller: 'others', operationId: null, sinceAt: beganAt + 4_000, position: 2 }
      ]
    ])
    ending.abort()
    await rig.clock.advance(0)
    expect(entries().map((list) => list?.map(({ operationId }) => operationId))).toEqual([['operation-2'], [null]])
  })

  it('is not met by a request that finds room', async () => {
    const rig = createPipelineRig()
    const asked = rig.ask()
    await rig.clock.advance(1_000)
    expect(asked.places).toEqual([])
    expect(rig.fake.answers).toHaveLength(1)
  })

  it('lets go of who gives up at once, waiting or running, and the next one comes', async () => {
    const rig = createPipelineRig({ settings: oneAtOnce })
    const [running, waiting] = [new AbortController(), new AbortController()]
    const first = rig.ask('m', {}, running.signal)
    const second = rig.ask('m', {}, waiting.signal)
    const third = rig.ask()
    waiting.abort()
    await rig.clock.advance(0)
    expect([second.ending, rig.pipeline.state().queue.waitingCount]).toEqual(['aborted', 1])
    running.abort()
    await rig.clock.advance(0)
    expect(endings([first, third])).toEqual(['aborted', null])
    expect(rig.pipeline.state().queue).toMatchObject({ running: 1, waitingCount: 0 })
    expect(rig.fake.calls).toEqual(['generate m', 'generate m'])
  })

  it('frees the place even of a provider that does not hear that it should stop', async () => {
    const rig = createPipelineRig({
      settings: oneAtOnce,
      change: (fake) => (fake.generate = () => new Promise(() => {}))
    })
    const controller = new AbortController()
    const asked = rig.ask('m', {}, controller.signal)
    await rig.clock.advance(0)
    controller.abort()
    await rig.clock.advance(0)
    expect([asked.ending, rig.pipeline.state().queue.running]).toEqual(['aborted', 0])
  })

  it('asks the built-in engine one thing at a time of each model, and several models side by side', async () => {
    const rig = createPipelineRig({ change: (fake) => Object.assign(fake, { answersAtOnce: 1 }) })
    rig.ask('m')
    rig.ask('m')
    rig.ask('n')
    await rig.clock.advance(0)
    expect(rig.fake.calls).toEqual(['generate m', 'generate n'])
  })

  it('is empty at once when the host goes', async () => {
    const rig = createPipelineRig({ settings: oneAtOnce })
    rig.ask()
    const waiting = rig.ask()
    await rig.provider.dispose()
    await rig.clock.advance(0)
    expect(waiting.ending).toBe('aborted')
  })
})

describe('another attempt', () => {
  it('follows a failure that may pass, after a pause that is told, and holds no place meanwhile', async () => {
    const rig = createPipelineRig({ settings: oneAtOnce })
    const first = rig.ask()
    const second = rig.ask()
    await rig.clock.advance(0)
    await fail(rig, 'server_busy')
    expect(first.retries).toEqual([{ attempt: 2, attempts: 3, nextAt: rig.clock.now() + 1_000, reason: 'It broke.' }])
    await rig.clock.advance(50)
    rig.fake.answers[0]?.finish()
    await rig.clock.advance(950)
    expect(endings([first, second])).toEqual([null, 'done'])
    rig.fake.answers[0]?.finish()
    await rig.clock.advance(0)
    expect(first.ending).toBe('done')
  })

  it('is the last of three, and the error is that of the last', async () => {
    const rig = createPipelineRig()
    const asked = rig.ask()
    for (const code of ['server_busy', 'server_down', 'server_failed'] as const) {
      await rig.clock.advance(0)
      await fail(rig, code)
      await rig.clock.advance(8_000)
    }
    expect(asked.ending).toBe('server_failed')
    expect(rig.fake.calls).toHaveLength(3)
  })

  it('never follows once text came: the reader would get the beginning twice', async () => {
    const rig = createPipelineRig()
    const asked = rig.ask()
    await rig.clock.advance(0)
    rig.fake.answers[0]?.request.onText('Once')
    await fail(rig, 'server_down')
    expect([asked.ending, asked.retries]).toEqual(['server_down', []])
  })

  it.each<[ErrorCode]>([
    ['out_of_memory'],
    ['model_not_found'],
    ['context_exceeded'],
    ['missing_tensor'],
    ['bad_answer']
  ])('never follows %s', async (code) => {
    const rig = createPipelineRig()
    const asked = rig.ask()
    await rig.clock.advance(0)
    await fail(rig, code)
    expect([asked.ending, asked.retries]).toEqual([code, []])
  })

  it('is not waited for by who gives up in the pause', async () => {
    const rig = createPipelineRig()
    const controller = new AbortController()
    const asked = rig.ask('m', {}, controller.signal)
    await rig.clock.advance(0)
    await fail(rig, 'server_busy')
    controller.abort()
    await rig.clock.advance(0)
    expect(asked.ending).toBe('aborted')
    await rig.clock.advance(10_000)
    expect(rig.fake.calls).toHaveLength(1)
  })

  it('follows a load that found the server busy, and is told', async () => {
    const rig = createPipelineRig()
    const reasons: string[] = []
    const request = { keepAliveSeconds: 60, onRetry: ({ reason }: { reason: string }) => reasons.push(reason) }
    const loading = rig.provider.load('m', request, never)
    await rig.clock.advance(0)
    rig.fake.loads[0]?.fail(error('server_busy', 'Ollama is busy.'))
    await rig.clock.advance(1_000)
    rig.fake.loads[0]?.finish()
    expect((await loading).name).toBe('m')
    expect(reasons).toEqual(['Ollama is busy.'])
  })

  it('follows a short question, but never a list of the watch, nor a copy or a removal', async () => {
    let asked: string[] = []
    const refuse = (what: string) => async (): Promise<never> => {
      asked.push(what)
      throw error('server_busy')
    }
    const rig = createPipelineRig({
      change: (fake) =>
        Object.assign(fake, {
          inspect: refuse('inspect'),
          list: refuse('list'),
          copy: refuse('copy'),
          remove: refuse('remove')
        })
    })
    const { provider, clock } = rig
    const work = [
      provider.inspect('m', never),
      provider.list(never),
      provider.copy?.('m', 'n', never),
      provider.remove?.('m', never)
    ]
    const ended = Promise.allSettled(work)
    await clock.advance(60_000)
    await ended
    asked = asked.toSorted()
    expect(asked).toEqual(['copy', 'inspect', 'inspect', 'inspect', 'list', 'remove'])
  })

  it('comes as late as the server asked for', async () => {
    const rig = createPipelineRig()
    rig.ask()
    await rig.clock.advance(0)
    rig.fake.answers[0]?.fail(new StokerError('server_busy', 'Later.', null, { retryAfterMs: 20_000 }))
    await rig.clock.advance(19_999)
    expect(rig.fake.calls).toHaveLength(1)
    await rig.clock.advance(1)
    expect(rig.fake.calls).toHaveLength(2)
  })
})

describe('what is told', () => {
  it('counts each call once, with its wait apart, and no cancelled one as an error of the host', async () => {
    const rig = createPipelineRig({ settings: oneAtOnce })
    rig.ask()
    rig.ask()
    const controller = new AbortController()
    rig.ask('m', {}, controller.signal)
    controller.abort()
    await rig.clock.advance(3_000)
    rig.fake.answers[0]?.finish()
    await rig.clock.advance(5_000)
    await fail(rig, 'out_of_memory')
    expect(rig.pipeline.state().traffic).toEqual({
      windowMs: 300_000,
      answers: 1,
      errors: 1,
      responseMs: 3_000,
      queueWaitMs: 1_500
    })
    expect(
      rig.calls.map(({ route, durationMs, queueWaitMs, error: failure }) => [
        route,
        durationMs,
        queueWaitMs,
        failure?.code
      ])
    ).toEqual([
      ['generate', 0, 0, 'aborted'],
      ['generate', 3_000, 0, undefined],
      ['generate', 5_000, 3_000, 'out_of_memory']
    ])
    await rig.clock.advance(300_000)
    expect(rig.pipeline.state().traffic).toMatchObject({ answers: 0, errors: 0, responseMs: null, queueWaitMs: null })
  })

  it('comes at most four times a second, and always once after the last change', async () => {
    const rig = createPipelineRig()
    for (let count = 0; count < 100; count++) {
      rig.ask()
      await rig.clock.advance(10)
      rig.fake.answers[0]?.finish()
    }
    await rig.clock.advance(1_000)
    expect(rig.changes).toBeGreaterThan(3)
    expect(rig.changes).toBeLessThan(7)
    const { changes } = rig
    await rig.clock.advance(10_000)
    expect(rig.changes).toBe(changes)
  })

  it('says how many run at once, and why fewer while memory is short', async () => {
    const rig = createPipelineRig()
    expect(rig.pipeline.state().queue).toMatchObject({ limit: 2, limitReason: 'to begin with' })
    rig.pipeline.setPressure(true)
    expect(rig.pipeline.state().queue).toMatchObject({ limit: 1, limitReason: 'memory is short' })
    rig.settings = { ...rig.settings, minConcurrency: 3, maxConcurrency: 3 }
    expect(rig.pipeline.state().queue).toMatchObject({ limit: 3, limitReason: 'set so' })
  })
})
