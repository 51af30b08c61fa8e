// Would catch: a schedule that fights a run for the room, a rule that is forgotten because a run was at work when it fell due.
import { afterEach, expect, it } from 'vitest'
import { big, bigAndMiddle, createChainsRig, idOf, middle, tiny, type ChainsRig } from './core/coreChainsRig.ts'

const items = 5
let rig: ChainsRig
afterEach(() => rig.close())

const names = async (): Promise<string[]> => (await rig.held()).map(({ name }) => name)
const everyDay = [1, 2, 3, 4, 5, 6, 7]

function windowRule(name: string) {
  const when = { kind: 'window' as const, time: '00:00', days: everyDay, minutes: 1_440 }
  return { id: 'always', name: 'Always', isEnabled: true, models: [{ id: idOf(name), contextLength: null }], when }
}

it('a rule whose time has come while a run is at work waits for its end, and then acts', async () => {
  rig = await createChainsRig()
  rig.fake.script(middle, { hangs: 'prompt' })
  const { id } = await rig.begin(bigAndMiddle(), items)
  await expect.poll(() => rig.questions().length).toBe(1)
  await rig.data('warmup.save', { rule: windowRule(tiny) })
  rig.fake.script(middle, { hangs: null })
  const run = await rig.ended(id)
  expect([run.status, run.items.done, run.loads]).toEqual(['done', items, 3])
  await expect.poll(names).toEqual([tiny])
  const loaded = rig.fake.events.filter((event) => event.startsWith('loaded')).map((event) => event.split(' ')[1])
  expect(loaded).toEqual([middle, big, middle, tiny])
})

it('a model that a rule keeps and that had to go for a run comes back after it, and no sooner', async () => {
  rig = await createChainsRig()
  await rig.data('warmup.save', { rule: windowRule(tiny) })
  await expect.poll(names).toEqual([tiny])
  const run = await rig.run(bigAndMiddle(), items)
  expect([run.status, run.items.done, run.loads]).toEqual(['done', items, 3])
  await expect.poll(names).toEqual([tiny])
  const loaded = rig.fake.events.filter((event) => event.startsWith('loaded')).map((event) => event.split(' ')[1])
  expect(loaded).toEqual([tiny, middle, big, middle, tiny])
})
