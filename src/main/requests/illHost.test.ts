/** A host that fails: left alone, tried again with one request, checked at once, mended where that is safe. */
import { describe, expect, it } from 'vitest'
import { StokerError, type ErrorCode } from '../../shared/errors.ts'
import { createPipelineRig, never, type Asked, type PipelineRig } from './pipelineRig.ts'

const error = (code: ErrorCode, message = 'It broke.'): StokerError => new StokerError(code, message)
const oneAtOnce = { minConcurrency: 1, maxConcurrency: 1 }
const single = { localRetryAttempts: 1 }
const fail = async (rig: PipelineRig, code: ErrorCode = 'server_failed'): Promise<void> => {
  rig.fake.answers[0]?.fail(error(code))
  await rig.clock.advance(0)
}
/** So many requests, each failing, and none tried again. */
async function failures(rig: PipelineRig, count: number, code: ErrorCode = 'server_failed'): Promise<void> {
  for (let done = 0; done < count; done++) {
    rig.ask()
    await rig.clock.advance(0)
    await fail(rig, code)
    // Turned away one after the other, their places rest for longer and longer.
    await rig.clock.advance(500)
  }
}
const endings = (asked: Asked[]): (string | null)[] => asked.map(({ ending }) => ending)

describe('the breaker', () => {
  it('opens at the fifth failure in a row, says why and until when, and refuses at once', async () => {
    const rig = createPipelineRig({ settings: single })
    await failures(rig, 5)
    const { breaker } = rig.pipeline.state()
    expect(breaker).toMatchObject({ state: 'open', nextTryAt: rig.clock.now() + 1_500, failures: 5 })
    expect(breaker.reason).toBe('failed 5 times in a row: It broke')
    const refused = rig.ask()
    await rig.clock.advance(0)
    expect(refused.error).toMatchObject({
      code: 'server_down',
      message: 'Ollama is left alone for a moment: it failed 5 times in a row: It broke. Next try in 2 s.'
    })
    expect(rig.fake.calls).toHaveLength(5)
    await expect(rig.provider.load('m', { keepAliveSeconds: 1 }, never)).rejects.toMatchObject({ code: 'server_down' })
    expect(rig.log.map(({ kind, reason }) => [kind, reason])).toEqual([['host_paused', breaker.reason]])
  })

  it('lets one request try, keeps the others waiting for it, and lets all pass when it succeeds', async () => {
    const rig = createPipelineRig({ settings: { ...single, minConcurrency: 2, maxConcurrency: 2 } })
    await failures(rig, 5)
    await rig.clock.advance(2_000)
    const [trial, other] = [rig.ask(), rig.ask()]
    await rig.clock.advance(0)
    expect([rig.pipeline.state().breaker.state, rig.fake.answers.length]).toEqual(['half_open', 1])
    // Its first text is proof enough.
    rig.fake.answers[0]?.request.onText('a')
    await rig.clock.advance(0)
    expect([rig.pipeline.state().breaker.state, rig.fake.answers.length]).toEqual(['closed', 2])
    rig.fake.answers[1]?.finish()
    rig.fake.answers[0]?.finish()
    await rig.clock.advance(0)
    expect(endings([trial, other])).toEqual(['done', 'done'])
    expect(rig.log.map(({ kind }) => kind)).toEqual(['host_paused', 'host_resumed'])
  })

  it('takes the thinking of the one that tries for a proof, too: it may think for minutes', async () => {
    const rig = createPipelineRig({ settings: single })
    await failures(rig, 5)
    await rig.clock.advance(2_000)
    rig.ask()
    await rig.clock.advance(0)
    rig.fake.answers[0]?.request.onText('')
    expect(rig.pipeline.state().breaker.state).toBe('closed')
  })

  it('does not hold against a host that it turns others away while one of its answers is still thinking', async () => {
    const rig = createPipelineRig({ settings: { ...single, minConcurrency: 2, maxConcurrency: 2 } })
    rig.ask()
    await rig.clock.advance(0)
    rig.fake.answers[0]?.request.onText('')
    for (let count = 0; count < 5; count++) {
      rig.ask()
      await rig.clock.advance(0)
      rig.fake.answers[1]?.fail(error('server_busy'))
      await rig.clock.advance(500)
    }
    expect(rig.pipeline.state().breaker).toMatchObject({ state: 'closed', failures: 0 })
    // What was only thinking is over: now it counts.
    rig.fake.answers[0]?.fail(error('out_of_memory'))
    await rig.clock.advance(500)
    await failures(rig, 5, 'server_busy')
    expect(rig.pipeline.state().breaker.state).toBe('open')
  })

  it('waits longer after a trial that failed, and then keeps nobody waiting for a turn that does not come', async () => {
    const rig = createPipelineRig({ settings: { ...single, ...oneAtOnce } })
    const running = rig.ask()
    const waiting = rig.ask()
    for (let count = 0; count < 5; count++) {
      const load = rig.provider.load('m', { keepAliveSeconds: 1 }, never).catch(() => {})
      await rig.clock.advance(0)
      rig.fake.loads[0]?.fail(error('server_failed'))
      await load
    }
    expect(rig.pipeline.state().breaker.state).toBe('open')
    expect(waiting.ending).toBeNull()
    await rig.clock.advance(2_000)
    rig.provider.load('m', { keepAliveSeconds: 1 }, never).catch(() => {})
    await rig.clock.advance(0)
    rig.fake.loads[0]?.fail(error('server_failed'))
    await rig.clock.advance(0)
    expect(rig.pipeline.state().breaker).toMatchObject({ state: 'open', nextTryAt: rig.clock.now() + 4_000 })
    expect(endings([running, waiting])).toEqual([null, 'server_down'])
  })

  it('does not count what is the fault of the request, and such an answer shows that the host is well', async () => {
    const rig = createPipelineRig({ settings: single })
    await failures(rig, 4)
    await failures(rig, 1, 'context_exceeded')
    await failures(rig, 4)
    expect(rig.pipeline.state().breaker).toMatchObject({ state: 'closed', failures: 4 })
  })

  it('tries again at once with the next one when its trial was cancelled', async () => {
    const rig = createPipelineRig({ settings: single })
    await failures(rig, 5)
    await rig.clock.advance(2_000)
    const controller = new AbortController()
    rig.ask('m', {}, controller.signal)
    const next = rig.ask()
    await rig.clock.advance(0)
    controller.abort()
    await rig.clock.advance(0)
    rig.fake.answers[0]?.finish()
    await rig.clock.advance(0)
    expect([next.ending, rig.pipeline.state().breaker.state]).toEqual(['done', 'closed'])
  })

  it('is closed by a good health check where there was no connection, and names the time of the next check until then', async () => {
    const rig = createPipelineRig({ settings: single })
    rig.pipeline.noteHealth({ isOk: true, error: null, nextCheckAt: null })
    await failures(rig, 5, 'server_down')
    const nextCheckAt = rig.clock.now() + 16_000
    rig.pipeline.noteHealth({ isOk: false, error: error('server_down', 'Not running.'), nextCheckAt })
    expect(rig.pipeline.state().breaker.nextTryAt).toBe(nextCheckAt)
    await expect(rig.provider.inspect('m', never)).rejects.toMatchObject({ code: 'server_down' })
    rig.pipeline.noteHealth({ isOk: true, error: null, nextCheckAt: null })
    expect(rig.pipeline.state().breaker.state).toBe('closed')
    expect(rig.pipeline.state().story.map(({ words }) => words)).toEqual([
      'It answers again.',
      'Asked as usual again.',
      'Health check failed: Not running.',
      'Left alone: it could not be reached 5 times in a row: It broke.'
    ])
  })

  it('never stops the questions of the watch, nor an unload from a host whose answers fail', async () => {
    const rig = createPipelineRig({ settings: single })
    await failures(rig, 5)
    await expect(rig.provider.health(never)).resolves.toBeDefined()
    await expect(rig.provider.list(never)).resolves.toHaveLength(2)
    const unloaded = rig.provider.unload('m', 1_000, never)
    await rig.clock.advance(0)
    rig.fake.unloads[0]?.finish()
    await expect(unloaded).resolves.toBeUndefined()
  })
})

describe('a host that may be ill', () => {
  it('is checked at once, seen to once where that is safe, and both are told: what was seen, what was done, and no more', async () => {
    let healed = 0
    const rig = createPipelineRig({
      settings: single,
      change: (fake) =>
        (fake.heal = async () => {
          healed += 1
          return 'Fresh connections from now on.'
        })
    })
    rig.pipeline.noteHealth({ isOk: true, error: null, nextCheckAt: null })
    await failures(rig, 3, 'server_down')
    expect([rig.checks > 0, healed]).toEqual([true, 1])
    expect(rig.log).toEqual([])
    rig.pipeline.noteHealth({ isOk: true, error: null, nextCheckAt: null })
    expect(rig.log).toMatchObject([
      {
        kind: 'host_mended',
        hostId: 'ollama',
        reason: 'It broke. Fresh connections from now on. Its health check is good.',
        actor: 'stoker'
      }
    ])
    expect(rig.pipeline.state().story[0]).toMatchObject({ tone: 'ok', words: 'Its health check is good.' })
    await rig.clock.advance(30_000)
    await failures(rig, 1, 'server_down')
    expect(healed).toBe(2)
  })

  it('is not said to have been ill for a first token that was late', async () => {
    const rig = createPipelineRig({
      settings: single,
      change: (fake) => (fake.heal = async () => 'Fresh connections from now on.')
    })
    rig.pipeline.noteHealth({ isOk: true, error: null, nextCheckAt: null })
    rig.ask()
    await rig.clock.advance(60_000)
    rig.pipeline.noteHealth({ isOk: true, error: null, nextCheckAt: null })
    expect(rig.log.map(({ reason }) => reason)).toEqual([
      'm gave no first token within 1 min. Fresh connections from now on. Its health check is good.'
    ])
    expect(
      rig.pipeline
        .state()
        .story.map(({ words }) => words)
        .slice(0, 2)
    ).toEqual(['Its health check is good.', 'Fresh connections from now on.'])
  })

  it('is not said to be mended by what did not help', async () => {
    const rig = createPipelineRig({
      settings: single,
      change: (fake) => (fake.heal = async () => 'Fresh connections from now on.')
    })
    const down = { isOk: false, error: error('server_down'), nextCheckAt: null }
    rig.pipeline.noteHealth({ isOk: true, error: null, nextCheckAt: null })
    await failures(rig, 1, 'server_down')
    rig.pipeline.noteHealth(down)
    await rig.clock.advance(60_000)
    rig.pipeline.noteHealth(down)
    rig.pipeline.noteHealth({ isOk: true, error: null, nextCheckAt: null })
    expect(rig.log).toEqual([])
    expect(rig.pipeline.state().story[0]?.words).toBe('It answers again.')
  })

  it('is not mended for a request that was wrong, nor when it was never there', async () => {
    let healed = 0
    const rig = createPipelineRig({ settings: single, change: (fake) => (fake.heal = async () => String(healed++)) })
    rig.pipeline.noteHealth({ isOk: false, error: error('server_down'), nextCheckAt: null })
    await failures(rig, 1, 'server_down')
    rig.pipeline.noteHealth({ isOk: true, error: null, nextCheckAt: null })
    const { checks } = rig
    await failures(rig, 1, 'model_not_found')
    expect([healed, rig.checks]).toEqual([0, checks])
  })

  it('is no worse off for a remedy that fails or hangs', async () => {
    const rig = createPipelineRig({ settings: single, change: (fake) => (fake.heal = () => new Promise(() => {})) })
    rig.pipeline.noteHealth({ isOk: true, error: null, nextCheckAt: null })
    await failures(rig, 1, 'server_down')
    const asked = rig.ask()
    await rig.clock.advance(0)
    rig.fake.answers[0]?.finish()
    await rig.clock.advance(60_000)
    expect(asked.ending).toBe('done')
  })
})
