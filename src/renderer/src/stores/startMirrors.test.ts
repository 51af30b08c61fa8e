import { describe, expect, it } from 'vitest'
import type { CoreEvent } from '../../../shared/contract.ts'
import type { Client } from '../host/createClient.ts'
import { RequestError } from '../host/requestError.ts'
import type { Connection } from '../host/transport.ts'
import { useConnectionStore } from './connectionStore.ts'
import type { MirrorSlice } from './mirrorSlices.ts'
import { retryDelayMs, startMirrors, type MirrorClock } from './startMirrors.ts'

/** After everything that was already promised. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

/** A core with one number for a state, whose answers come when the test says so. */
function createBench(others: MirrorSlice[] = []) {
  let listener: (event: CoreEvent) => void = () => undefined
  let connect: (connection: Connection) => void = () => undefined
  const answers: { resolve(value: { revision: number }): void; reject(error: Error): void }[] = []
  const shown: string[] = []
  const timers: { run: () => void; at: number }[] = []
  let now = 0
  const clock: MirrorClock = {
    now: () => now,
    setTimeout: (run, delayMs) => timers.push({ run, at: now + delayMs }),
    clearTimeout: () => undefined
  }
  const client = {
    subscribe: (next: typeof listener) => ((listener = next), () => undefined),
    onConnection: (next: typeof connect) => ((connect = next), () => undefined)
  } as unknown as Client
  const slice: MirrorSlice = {
    events: ['hosts.changed', 'operation.progress'],
    ask: async () => {
      const { revision } = await new Promise<{ revision: number }>((resolve, reject) =>
        answers.push({ resolve, reject })
      )
      return { revision, apply: () => shown.push(`snapshot ${revision}`) }
    },
    apply: (event) => shown.push(`event ${event.revision}`)
  }
  startMirrors(client, clock, [slice, ...others])
  return {
    shown,
    questions: answers,
    connect: (connection: Connection) => connect(connection),
    event: (revision: number) => listener({ type: 'hosts.changed', revision, payload: { hosts: [] } }),
    token: (revision: number) =>
      listener({
        type: 'operation.progress',
        revision,
        payload: { operationId: 'generate-1', progress: { kind: 'tokens', text: 'x' } }
      }),
    async answer(index: number, revision: number) {
      answers[index]?.resolve({ revision })
      await settled()
    },
    async fail(index: number, error = new Error('down')) {
      answers[index]?.reject(error)
      await settled()
    },
    advance(ms: number) {
      now += ms
      for (const timer of timers.splice(0)) {
        if (timer.at <= now) timer.run()
        else timers.push(timer)
      }
    }
  }
}

describe('the mirrors', () => {
  it('ask only when the connection stands: a question before that would miss events in between', async () => {
    const bench = createBench()
    expect(bench.questions).toHaveLength(0)
    bench.connect('open')
    expect(bench.questions).toHaveLength(1)
    bench.event(8)
    await bench.answer(0, 7)
    bench.event(9)
    expect(bench.shown).toEqual(['snapshot 7', 'event 8', 'event 9'])
  })

  it('ask again after a gap, at most once a second, however many gaps there are', async () => {
    const bench = createBench()
    bench.connect('open')
    await bench.answer(0, 1)
    bench.event(2)
    bench.event(5)
    bench.event(9)
    expect(bench.questions).toHaveLength(1)
    bench.advance(1_000)
    expect(bench.questions).toHaveLength(2)
    await bench.answer(1, 9)
    expect(bench.shown.at(-1)).toBe('snapshot 9')
  })

  it('take a restarted core, whose revisions begin again, after a reconnect', async () => {
    const bench = createBench()
    bench.connect('open')
    await bench.answer(0, 900)
    bench.connect('lost')
    bench.advance(4_000)
    bench.connect('open')
    bench.event(3)
    await bench.answer(1, 2)
    expect(bench.shown).toEqual(['snapshot 900', 'snapshot 2', 'event 3'])
  })

  it('drop the answer of an older question that comes after a newer one was asked', async () => {
    const bench = createBench()
    bench.connect('open')
    bench.connect('lost')
    bench.advance(2_000)
    bench.connect('open')
    await bench.answer(1, 20)
    await bench.answer(0, 10)
    expect(bench.shown).toEqual(['snapshot 20'])
  })

  it('try again a second after a failed question', async () => {
    const bench = createBench()
    bench.connect('open')
    await bench.fail(0)
    expect(bench.questions).toHaveLength(1)
    bench.advance(1_000)
    expect(bench.questions).toHaveLength(2)
  })

  it('leave a question alone that the core does not know, until there is another core', async () => {
    const bench = createBench()
    bench.connect('open')
    const message = 'There is no such request.'
    await bench.fail(0, new RequestError({ code: 'route_not_found', message, hint: null }))
    bench.advance(120_000)
    expect(bench.questions).toHaveLength(1)
    bench.connect('lost')
    bench.connect('open')
    expect(bench.questions).toHaveLength(2)
  })

  it('ask again only for what failed, ever more rarely: one broken answer must not keep the core busy', async () => {
    let asked = 0
    const healthy: MirrorSlice = {
      events: [],
      ask: async () => ((asked += 1), { revision: 1, apply: () => undefined }),
      apply: () => undefined
    }
    const bench = createBench([healthy])
    bench.connect('open')
    for (const [index, waitMs] of [1_000, 2_000, 4_000].entries()) {
      await bench.fail(index)
      bench.advance(waitMs - 1)
      expect(bench.questions).toHaveLength(index + 1)
      bench.advance(1)
      expect(bench.questions).toHaveLength(index + 2)
    }
    expect(asked).toBe(1)
    expect(retryDelayMs(40)).toBe(30_000)
    await bench.answer(3, 5)
    expect(bench.shown).toEqual(['snapshot 5'])
  })

  it('lose no word of a streamed answer while they ask again, nor one that is older than the snapshot', async () => {
    const bench = createBench()
    bench.connect('open')
    await bench.answer(0, 1)
    bench.event(2)
    bench.event(9)
    bench.advance(1_000)
    bench.token(10)
    bench.token(11)
    expect(bench.shown).toEqual(['snapshot 1', 'event 2', 'event 9', 'event 10', 'event 11'])
    await bench.answer(1, 11)
    expect(bench.shown.slice(4)).toEqual(['event 11', 'snapshot 11'])
    bench.event(12)
    bench.advance(1_000)
    // Words count as revisions too: after them nothing is missing.
    expect(bench.questions).toHaveLength(2)
  })

  it('know since when the numbers are old, also when the core then refuses the page', () => {
    const bench = createBench()
    bench.connect('open')
    bench.advance(5_000)
    bench.connect('lost')
    bench.advance(3_000)
    bench.connect('refused')
    expect(useConnectionStore.getState()).toEqual({ connection: 'refused', lostAt: 5_000 })
    bench.connect('open')
    expect(useConnectionStore.getState().lostAt).toBeNull()
  })
})
