/** Would catch: a model, or the machine, called broken because a person cancelled one answer of a run in the host's panel. */
import { expect, it } from 'vitest'
import { createDiagnosticsRig, id, testModel, you } from './diagnosticsRig.ts'

it('a load or an answer of the bench that somebody ends alone says nothing of its model: it is left out, and what was known stays', async () => {
  const rig = createDiagnosticsRig([testModel('a'), testModel('b')])
  await rig.finish(rig.diagnostics.bench([id('a')], you))
  for (const atMs of [700, 1_200]) {
    const run = rig.diagnostics.bench(undefined, you, 'bench-0001')
    await rig.clock.advance(atMs)
    for (const { id: part } of rig.running().filter((each) => each.id !== 'bench-0001')) rig.operations.cancel(part)
    expect(await rig.finish(run)).toMatchObject([{ id: id('b'), outcome: 'works' }])
    expect(rig.diagnostics.get().bench.map(({ outcome }) => outcome)).toEqual(['works', 'works'])
    expect(rig.loadedKeys()).toEqual([])
    expect(rig.state.log.at(-1)?.reason).toBe('1 of 2 work, 1 cancelled')
  }
})

it.each([
  ['load', 600],
  ['generate', 1_200]
])(
  'a %s that somebody ends alone is a check that was skipped: nothing is wrong with the machine',
  async (kind, atMs) => {
    const rig = createDiagnosticsRig([testModel('a'), testModel('b')])
    const run = rig.diagnostics.check(you)
    await rig.clock.advance(atMs)
    rig.operations.cancel(rig.running().find((each) => each.kind === kind)?.id ?? '')
    const { checks } = await rig.finish(run)
    expect(checks.find(({ id: check }) => check === kind)).toMatchObject({
      outcome: 'skipped',
      words: kind === 'load' ? 'a: Cancelled.' : 'Cancelled.',
      hint: 'Run the checks again.'
    })
    expect(checks.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(rig.loadedKeys()).toEqual([])
  }
)
