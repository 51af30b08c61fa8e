/** The schedule and what happens around it: starts, big jobs, hosts that are away, and people who want something else. */
import { describe, expect, it } from 'vitest'
import { id, you } from '../models/managerRig.ts'
import {
  at,
  createSchedulerRig,
  dayMs,
  everyDay,
  generates,
  minuteMs,
  only,
  ruleOf,
  start,
  window
} from './schedulerRig.ts'

describe('at app start and after a big job', () => {
  it('once for each start, and not for a rule that is written later', async () => {
    const rig = await createSchedulerRig(['a', 'b'])
    rig.store.save({ rule: ruleOf('Begin', { kind: 'app_start' }, 'a'), handledDueAt: null, lastRun: null })
    rig.restart()
    await rig.serve()
    rig.scheduler.save(ruleOf('Begin too', { kind: 'app_start' }, 'b'))
    await rig.pass(5 * minuteMs)
    expect(generates(rig)).toEqual(['generate a'])
  })

  it('the everyday model comes back two quiet minutes after the job that displaced it', async () => {
    const rig = await start(['daily', 'big'])
    rig.settings.maxLoadedModels = 1
    rig.scheduler.save(ruleOf('Back', { kind: 'after_job' }, 'daily'))
    await rig.load('daily')
    const answer = rig.manager.generate(id('big'), { ...you, prompt: 'x' })
    await rig.serve()
    await answer
    await rig.pass(110_000)
    expect([rig.state('daily'), rig.state('big')]).toEqual(['unloaded', 'ready'])
    await rig.pass(20_000)
    expect([rig.state('daily'), rig.state('big')]).toEqual(['ready', 'unloaded'])
  })

  it('what a warm-up of the schedule displaced is no big job', async () => {
    const rig = await start(['daily', 'morning'])
    rig.settings.maxLoadedModels = 1
    rig.scheduler.save(ruleOf('Back', { kind: 'after_job' }, 'daily'))
    await rig.load('daily')
    rig.scheduler.save(ruleOf('Morning', at(rig, 1), 'morning'))
    await rig.pass(6 * minuteMs)
    expect([rig.state('daily'), rig.state('morning')]).toEqual(['unloaded', 'ready'])
  })

  it('neither is “Check this machine”, which displaces its own trial model', async () => {
    const rig = await start(['daily', 'other'])
    rig.settings.maxLoadedModels = 1
    rig.scheduler.save(ruleOf('Back', { kind: 'after_job' }, 'daily'))
    const diagnostics = { actor: 'diagnostics' as const, reason: 'to check this machine' }
    for (const name of ['daily', 'other']) {
      const load = rig.manager.ensureLoaded(id(name), diagnostics)
      await rig.serve()
      await load
    }
    const unload = rig.manager.unload(id('other'), diagnostics)
    await rig.serve()
    await unload
    await rig.pass(10 * minuteMs)
    expect([rig.state('daily'), rig.state('other')]).toEqual(['unloaded', 'unloaded'])
  })
})

describe('a person', () => {
  it('warms up now, sees how it goes, and cancels the rest', async () => {
    const rig = await start(['a', 'b'])
    const run = rig.scheduler.runNow({ ids: [id('a'), id('b')], operationId: 'warm-up-now', actor: 'you' })
    await rig.settle()
    expect(rig.operations.list()).toContainEqual(
      expect.objectContaining({ kind: 'warm_up', progress: { kind: 'steps', done: 0, total: 2, words: 'a' } })
    )
    rig.provider.loads[0]?.finish()
    await rig.settle()
    rig.provider.answers[0]?.finish()
    await rig.settle()
    rig.operations.cancel('warm-up-now')
    expect(await run).toMatchObject([{ outcome: 'ready' }, { outcome: 'skipped', error: { code: 'aborted' } }])
    await rig.serve()
    expect(rig.state('b')).toBe('unloaded')
    expect(only(rig, 'warm')).toEqual(['warmed_up you a'])
  })

  it('cancels a scheduled warm-up, and it does not come back in that window', async () => {
    const rig = await start(['a'])
    rig.scheduler.save(ruleOf('Office', window(rig, 0, 60), 'a'))
    await rig.settle()
    const [operation] = rig.operations.list().filter(({ kind }) => kind === 'warm_up')
    expect(operation).toMatchObject({ actor: 'schedule', ruleId: 'Office' })
    rig.operations.cancel(operation?.id ?? '')
    await rig.pass(20 * minuteMs)
    expect(rig.state('a')).toBe('unloaded')
    // Begun by a person, it is that rule's all the same; without a rule it is none's.
    const runs = [
      rig.scheduler.runNow({ ruleId: 'Office', actor: 'you' }),
      rig.scheduler.runNow({ ids: [id('a')], actor: 'you' })
    ]
    await rig.settle()
    const warming = rig.operations.list().filter(({ kind }) => kind === 'warm_up')
    expect(warming).toMatchObject([
      { actor: 'you', ruleId: 'Office' },
      { actor: 'you', ruleId: null }
    ])
    await rig.serve()
    await Promise.all(runs)
  })

  it('is told what cannot be meant, and may name a model that is not there yet', async () => {
    const rig = await start(['a'])
    rig.scheduler.save(ruleOf('Morning', at(rig, 5), 'a'))
    const other = { ...ruleOf('other', at(rig, 5), 'a'), name: 'MORNING' }
    expect(() => rig.scheduler.save(other)).toThrow(/called "MORNING" already/)
    expect(() => rig.scheduler.save(ruleOf('twice', at(rig, 5), 'a', 'a'))).toThrow(/twice/)
    const elsewhere = {
      ...ruleOf('x', at(rig, 5)),
      models: [{ id: { hostId: 'gone', name: 'a' }, contextLength: null }]
    }
    expect(() => rig.scheduler.save(elsewhere)).toThrow(/no host "gone"/)
    expect(rig.scheduler.save(ruleOf('New', at(rig, 5), 'tomorrow:7b')).note).toBe('tomorrow:7b is not on its host')
    await expect(rig.scheduler.runNow({ ruleId: 'gone', actor: 'you' })).rejects.toMatchObject({
      code: 'invalid_input'
    })
    await expect(rig.scheduler.runNow({ actor: 'you' })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('switches a rule off in its window: its models are released at once', async () => {
    const rig = await start(['a'])
    const office = ruleOf('Office', window(rig, 0, 60), 'a')
    rig.scheduler.save(office)
    await rig.pass(minuteMs)
    rig.scheduler.save({ ...office, isEnabled: false })
    expect(rig.scheduler.keptBy(id('a'))).toBeNull()
    expect(only(rig, 'released')).toHaveLength(1)
    rig.scheduler.save(office)
    expect(rig.scheduler.keptBy(id('a'))).toBe('Office')
    rig.scheduler.remove('Office')
    expect(rig.scheduler.list()).toEqual([])
    expect(only(rig, 'released')).toEqual(['released schedule a (Office)', 'released schedule a (Office)'])
  })

  it('travels: from then on the rules follow the clocks of the new place', async () => {
    const rig = await start(['a'])
    rig.scheduler.save(ruleOf('Morning', { kind: 'at', time: '07:00', days: everyDay }, 'a'))
    const before = rig.scheduler.list()[0]?.nextAt ?? 0
    rig.machineIs.timeZone = 'Asia/Kolkata'
    await rig.pass(2 * minuteMs)
    expect(Math.abs((rig.scheduler.list()[0]?.nextAt ?? 0) - before) % dayMs).toBe(330 * minuteMs)
  })
})

it('a host that does not answer is waited for, and then the warm-up comes at once', async () => {
  const rig = await start(['a'])
  rig.machineIs.hostProblem = 'Ollama does not answer'
  rig.scheduler.save(ruleOf('Morning', at(rig, 1), 'a'))
  await rig.pass(3 * minuteMs)
  expect(rig.provider.calls).toEqual([])
  expect(rig.scheduler.list()[0]?.note).toBe('waits: Ollama does not answer')
  rig.machineIs.hostProblem = null
  rig.scheduler.changed()
  await rig.pass(1_000)
  expect(rig.state('a')).toBe('ready')
})
