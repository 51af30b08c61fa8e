/** Would catch: a rule "after a big job" that loads what only a check of Stoker's own had pushed out. */
import { expect, it } from 'vitest'
import { createManagerRig, id, you } from './managerRig.ts'

it('what a check or the test bench displaced is owed to nobody, unless somebody waits for that load, too', async () => {
  const rig = await createManagerRig(['a', 'b', 'c'])
  rig.settings.maxLoadedModels = 1
  const diagnostics = { actor: 'diagnostics' as const, reason: null }
  const displacedBy = async (...loads: Promise<unknown>[]): Promise<string[]> => {
    await rig.settle()
    rig.provider.unloads[0]?.finish()
    await rig.settle()
    rig.provider.loads[0]?.finish()
    await Promise.all(loads)
    return rig.manager.displaced().map((one) => one.id.name)
  }
  await rig.load('a')
  expect(await displacedBy(rig.manager.ensureLoaded(id('b'), diagnostics))).toEqual([])
  // Cancelled before the other one is gone: that went for nobody's job all the same.
  const given = rig.manager.ensureLoaded(id('a'), { ...diagnostics, operationId: 'a-check' })
  await rig.settle()
  rig.operations.cancel('a-check')
  await expect(given).rejects.toMatchObject({ code: 'aborted' })
  expect(await displacedBy()).toEqual([])
  await rig.load('b')
  const [theirs, also] = [diagnostics, you].map((wish) => rig.manager.ensureLoaded(id('c'), wish))
  expect(await displacedBy(theirs!, also!)).toEqual(['b'])
})
