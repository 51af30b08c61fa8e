/** A host that is removed or replaced, or all of Stoker leaving, while calls run, wait, and pause between attempts. */
import { describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import { createPipelineRig, never, type PipelineRig } from './pipelineRig.ts'

const closed = (): StokerError => new StokerError('server_down', 'Ollama closed the connection.')
/** As a provider whose connections are destroyed. */
async function remove(rig: PipelineRig): Promise<void> {
  rig.fake.dispose = async () => {
    for (const { fail } of [...rig.fake.answers, ...rig.fake.loads]) fail(closed())
    for (const { fail } of rig.pulls) fail(closed())
  }
  await rig.provider.dispose()
  await rig.clock.advance(0)
}
const ending = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: StokerError) => `${error.code}: ${error.message}`
  )
const gone = 'aborted: Ollama was changed or removed, or Stoker is leaving.'

describe('a host that is removed', () => {
  it('ends what runs as that, and never asks it again: its retries would go on for minutes', async () => {
    const rig = createPipelineRig({ isLocal: false })
    const answer = rig.ask()
    const load = ending(rig.provider.load('m', { keepAliveSeconds: 1 }, never))
    const pull = ending(rig.provider.pull?.('m', () => {}, never) ?? Promise.resolve())
    await rig.clock.advance(0)
    await remove(rig)
    expect([`${answer.error?.code}: ${answer.error?.message}`, await load, await pull]).toEqual([gone, gone, gone])
    const { calls } = rig.fake
    const asked = calls.length
    await rig.clock.advance(600_000)
    expect([calls.length, rig.pulls.length, rig.checks, rig.log]).toEqual([asked, 1, 0, []])
  })

  it('ends the pause before another attempt at once', async () => {
    const rig = createPipelineRig({ isLocal: false })
    const answer = rig.ask()
    const load = ending(rig.provider.load('m', { keepAliveSeconds: 1 }, never))
    await rig.clock.advance(0)
    rig.fake.answers[0]?.fail(closed())
    rig.fake.loads[0]?.fail(closed())
    await rig.clock.advance(0)
    expect(answer.retries).toHaveLength(1)
    await remove(rig)
    expect([`${answer.error?.code}: ${answer.error?.message}`, await load]).toEqual([gone, gone])
  })

  it('ends those who wait for the trial of another', async () => {
    const rig = createPipelineRig({ settings: { breakerFailures: 1, localRetryAttempts: 1 } })
    rig.ask()
    await rig.clock.advance(0)
    rig.fake.answers[0]?.fail(closed())
    await rig.clock.advance(2_000)
    rig.ask()
    await rig.clock.advance(0)
    const load = ending(rig.provider.load('m', { keepAliveSeconds: 1 }, never))
    await rig.clock.advance(0)
    rig.pipeline.dispose()
    expect(await load).toBe(gone)
  })

  it('is not asked by whoever still holds it', async () => {
    const rig = createPipelineRig({ change: (fake) => (fake.remove = () => Promise.reject(closed())) })
    await remove(rig)
    const late = [
      ending(rig.provider.load('m', { keepAliveSeconds: 1 }, never)),
      ending(rig.provider.inspect('m', never)),
      ending(rig.provider.unload('m', 1, never)),
      ending(rig.provider.remove?.('m', never) ?? Promise.resolve())
    ]
    const answer = rig.ask()
    await answer.settled
    expect([await Promise.all(late), answer.ending, rig.fake.calls]).toEqual([Array(4).fill(gone), 'aborted', []])
  })
})
