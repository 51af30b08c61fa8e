/** Anything in any order: in the end no place is taken, nobody waits, and no signal is listened to. */
import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StokerError, type ErrorCode } from '../../shared/errors.ts'
import { createPipelineRig, type Asked } from './pipelineRig.ts'

const codes: ErrorCode[] = ['server_down', 'server_busy', 'server_failed', 'out_of_memory', 'bad_answer', 'internal']
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('ask' as const), model: fc.constantFrom('m', 'n') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('load' as const), model: fc.constantFrom('m', 'n') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('abort' as const), at: fc.nat(30) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('finish' as const), at: fc.nat(5) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('fail' as const), at: fc.nat(5), code: fc.constantFrom(...codes) })
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('text' as const), at: fc.nat(5), text: fc.constantFrom('', 'a') })
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 500, 2_000, 31_000) })
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('health' as const), isOk: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pressure' as const), isShort: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('limit' as const), max: fc.integer({ min: 1, max: 6 }) }) }
)

describe('a pipeline to which anything happens', () => {
  it('has no place taken, nobody waiting and no signal listened to when all is over, and works again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), fc.boolean(), async (steps, isDisposed) => {
        const rig = createPipelineRig({ settings: { breakerFailures: 2 } })
        const calls: { asked: Asked | null; controller: AbortController; settled: Promise<unknown> }[] = []
        for (const one of steps) {
          const controller = new AbortController()
          const running = [...rig.fake.answers, ...rig.fake.loads]
          if (one.kind === 'ask') {
            const asked = rig.ask(one.model, {}, controller.signal)
            calls.push({ asked, controller, settled: asked.settled })
          } else if (one.kind === 'load') {
            const loading = rig.provider.load(one.model, { keepAliveSeconds: 1 }, controller.signal)
            calls.push({ asked: null, controller, settled: loading.catch(() => {}) })
          } else if (one.kind === 'abort') calls[one.at]?.controller.abort()
          else if (one.kind === 'finish') running[one.at]?.finish()
          else if (one.kind === 'fail') running[one.at]?.fail(new StokerError(one.code, 'No.'))
          else if (one.kind === 'text') rig.fake.answers[one.at]?.request.onText(one.text)
          else if (one.kind === 'health')
            rig.pipeline.noteHealth({ isOk: one.isOk, error: null, nextCheckAt: rig.clock.now() + 2_000 })
          else if (one.kind === 'pressure') rig.pipeline.setPressure(one.isShort)
          else if (one.kind === 'limit') {
            rig.settings.maxConcurrency = one.max
            rig.pipeline.settingsChanged()
          }
          await rig.clock.advance(one.kind === 'pass' ? one.ms : 0)
        }
        // Those of the provider underneath are its own.
        const over = calls.filter(({ asked, controller }) => asked?.ending && !controller.signal.aborted)
        for (const { controller } of over) expect(getEventListeners(controller.signal, 'abort')).toEqual([])
        if (isDisposed) rig.pipeline.dispose()
        for (const { controller } of calls.toReversed()) controller.abort()
        await rig.clock.advance(1_000)
        await Promise.all(calls.map(({ settled }) => settled))
        const { queue } = rig.pipeline.state()
        expect([queue.running, queue.waitingCount]).toEqual([0, 0])
        if (isDisposed) return
        await rig.clock.advance(200_000)
        const last = rig.ask()
        await rig.clock.advance(0)
        rig.fake.answers[0]?.finish()
        await rig.clock.advance(0)
        expect([last.ending, rig.pipeline.state().breaker.state]).toEqual(['done', 'closed'])
      }),
      { numRuns: 150 }
    )
  })
})
