/** The breaker of one host on a clock as machines have them: timers come early, the time is set, and a trial may say nothing for minutes. */
import { describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { createHostBreaker, type HostBreaker } from './hostBreaker.ts'

const never = new AbortController().signal

function createRig(change: (clock: FakeClock) => Partial<FakeClock> = () => ({})) {
  const fake = createFakeClock()
  const clock = { ...fake, ...change(fake) }
  const due: string[] = []
  const breaker: HostBreaker = createHostBreaker({
    hostName: 'Ollama',
    threshold: () => 1,
    clock,
    onMove: () => {},
    onDue: () => due.push(breaker.admission())
  })
  const fail = (isTrial = false): void => breaker.attemptFailed(new StokerError('server_failed', 'No.'), isTrial)
  return { clock, breaker, due, fail }
}

describe('the breaker of a host', () => {
  it('is due when its timer fires, though the clock says a millisecond less: who waits would wait for minutes', async () => {
    const { clock, breaker, due, fail } = createRig(({ after }) => ({
      after: (delayMs, callback) => after(Math.max(0, delayMs - 1), callback)
    }))
    fail()
    await clock.advance(1_999)
    expect([due, breaker.admission()]).toEqual([['trial'], 'trial'])
  })

  it('is due when its pause has passed, though the clock was set back meanwhile', async () => {
    const { clock, breaker, due, fail } = createRig()
    await clock.advance(10_000)
    fail()
    await clock.advance(1_500)
    clock.setBack(1_000)
    await clock.advance(500)
    expect([due, breaker.admission()]).toEqual([['trial'], 'trial'])
  })

  it('lets another one try when the trial, a load of ten minutes, has not told anything in 30 s', async () => {
    const { clock, breaker, due, fail } = createRig()
    fail()
    await clock.advance(2_000)
    expect(await breaker.pass(never)).toEqual({ isTrial: true })
    const second = breaker.pass(never)
    await clock.advance(29_000)
    expect(breaker.now().state).toBe('half_open')
    await clock.advance(1_000)
    expect(await second).toEqual({ isTrial: true })
    // The first one ends after all.
    breaker.apply({ kind: 'succeeded' })
    const before = due.length
    await clock.advance(60_000)
    expect([breaker.now().state, due.length]).toEqual(['closed', before])
  })

  it('asks nobody any more once it has ended: a timer of a removed host would keep it alive', async () => {
    const { clock, breaker, due, fail } = createRig()
    fail()
    breaker.dispose()
    fail(true)
    await clock.advance(120_000)
    expect(due).toEqual([])
  })
})
