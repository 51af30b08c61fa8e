/** The schedule over the real model manager: what people see of it, and what it must never do to them. */
import { describe, expect, it } from 'vitest'
import { id, you } from '../models/managerRig.ts'
import { at, dayMs, everyDay, generates, minuteMs, only, ruleOf, start, window } from './schedulerRig.ts'

describe('a rule one minute ahead', () => {
  it('warms its models in their order, each a load and one token, and says so with its name', async () => {
    const rig = await start(['a', 'b'])
    rig.scheduler.save(ruleOf('Morning', at(rig, 1), 'b', 'a'))
    await rig.clock.advance(2 * minuteMs)
    expect(rig.provider.calls).toEqual(['load b'])
    rig.provider.loads[0]?.finish()
    await rig.settle()
    expect(rig.provider.answers[0]?.request).toMatchObject({ options: { maxTokens: 1 }, contextLength: 2_048 })
    await rig.clock.advance(1_500)
    await rig.serve()
    expect(rig.provider.calls).toEqual(['load b', 'generate b', 'load a', 'generate a'])
    expect(only(rig, 'warm')).toEqual(['warmed_up schedule b (Morning)', 'warmed_up schedule a (Morning)'])
    expect(rig.log.find(({ kind }) => kind === 'warmed_up')?.durationMs).toBeGreaterThanOrEqual(1_500)
    const [rule] = rig.scheduler.list()
    expect(rule?.lastRun?.results.map(({ outcome }) => outcome)).toEqual(['ready', 'ready'])
    expect(rule).toMatchObject({ isRunning: false, isActive: false, note: null })
    expect(rig.told.some(([one]) => one?.isRunning)).toBe(true)
  })

  it('does it once, though the scheduler starts anew in the same minute or the clock is set back', async () => {
    const rig = await start(['a'])
    rig.scheduler.save(ruleOf('Morning', at(rig, 1), 'a'))
    await rig.pass(2 * minuteMs)
    rig.restart()
    await rig.pass(minuteMs)
    rig.clock.setBack(5 * minuteMs)
    await rig.pass(10 * minuteMs)
    expect(generates(rig)).toEqual(['generate a'])
    await rig.clock.advance(dayMs)
    await rig.serve()
    expect(generates(rig)).toHaveLength(2)
  })

  it('is made up for after a short sleep, and skipped with a word after a long one', async () => {
    const rig = await start(['a'])
    rig.scheduler.save(ruleOf('Morning', at(rig, 10), 'a'))
    rig.scheduler.dispose()
    await rig.clock.advance(20 * minuteMs)
    rig.restart()
    await rig.serve()
    expect(generates(rig)).toEqual(['generate a'])
    rig.scheduler.dispose()
    await rig.clock.advance(2 * dayMs + 60 * minuteMs)
    rig.restart()
    await rig.serve()
    expect(generates(rig)).toHaveLength(1)
    expect(only(rig, 'warmup_missed')).toEqual([
      'warmup_missed schedule (“Morning”, 2 times, the last at 22:24, 1 h 9 min ago; the machine slept or Stoker did not run)'
    ])
  })

  it('saved for a time that has just passed, it waits for tomorrow', async () => {
    const rig = await start(['a'])
    rig.scheduler.save(ruleOf('Late', at(rig, -2), 'a'))
    await rig.pass(5 * minuteMs)
    expect(rig.provider.calls).toEqual([])
  })
})

describe('a window', () => {
  it('warms before its start, keeps for ever during it, and releases after it', async () => {
    const rig = await start(['a'])
    rig.scheduler.save(ruleOf('Office', window(rig, 10, 60), 'a'))
    await rig.pass(10 * minuteMs)
    // Never loaded here before: a minute is allowed for it, and a fifth more.
    expect(rig.state('a')).toBe('ready')
    expect(rig.manager.get(id('a'))).toMatchObject({
      keptBy: { kind: 'rule', name: 'Office' },
      keepAliveSeconds: -1,
      unloadsAt: null
    })
    await rig.pass(50 * minuteMs)
    expect(rig.state('a')).toBe('ready')
    expect(rig.scheduler.list()[0]).toMatchObject({ isActive: true, isRunning: false })
    await rig.pass(12 * minuteMs)
    expect(only(rig, 'released')).toEqual(['released schedule a (Office)'])
    expect(rig.manager.get(id('a'))).toMatchObject({ keptBy: null, keepAliveSeconds: 600 })
    await rig.pass(11 * minuteMs)
    expect(rig.state('a')).toBe('unloaded')
    expect(generates(rig)).toEqual(['generate a'])
  })

  it('tells one end, the same as the calendar shows and as it comes, also in the night that changes the clocks', async () => {
    for (const [day, endsAt] of [
      ['2026-10-24', '05:00'],
      ['2026-03-28', '07:00']
    ] as const) {
      const rig = await start(['a'])
      rig.machineIs.timeZone = 'Europe/Berlin'
      await rig.clock.advance(Date.parse(`${day}T22:30:00Z`) - rig.clock.now())
      const night = { kind: 'window', time: '22:00', days: everyDay, minutes: 480 } as const
      const { untilAt } = rig.scheduler.save(ruleOf('Night', night, 'a'))
      const berlin = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', timeStyle: 'short' })
      expect(berlin.format(untilAt ?? 0)).toBe(endsAt)
      const entry = rig.scheduler.preview({}).entries.find(({ isActive }) => isActive)
      expect(entry?.endAt).toBe(untilAt)
      await rig.pass((untilAt ?? 0) - rig.clock.now() - minuteMs)
      expect(rig.manager.get(id('a')).keptBy?.name).toBe('Night')
      await rig.pass(2 * minuteMs)
      expect([rig.manager.get(id('a')).keptBy, rig.scheduler.list()[0]?.untilAt]).toEqual([null, null])
    }
  })

  it('on a server that keeps time, "for ever" and then its own time go over the wire', async () => {
    const rig = await start(['a'], true)
    rig.scheduler.save(ruleOf('Office', window(rig, 2, 10), 'a'))
    await rig.pass(3 * minuteMs)
    expect(rig.provider.calls.slice(0, 2)).toEqual(['load a', 'generate a'])
    await rig.pass(12 * minuteMs)
    expect(rig.provider.calls.at(-1)).toBe('keep a 600')
  })

  it('a model that was evicted comes back once there is room again, and not before', async () => {
    const rig = await start(['a', 'b'])
    rig.settings.maxLoadedModels = 1
    rig.scheduler.save(ruleOf('Office', window(rig, 0, 600), 'a'))
    await rig.pass(2 * minuteMs)
    expect(rig.state('a')).toBe('ready')
    const answer = rig.manager.generate(id('b'), { ...you, prompt: 'x' })
    await rig.serve()
    await answer
    expect([rig.state('a'), rig.state('b')]).toEqual(['unloaded', 'ready'])
    await rig.pass(5 * minuteMs)
    expect(rig.state('b')).toBe('ready')
    // Its keep-alive ends after ten minutes.
    await rig.pass(12 * minuteMs)
    expect([rig.state('a'), rig.state('b')]).toEqual(['ready', 'unloaded'])
  })

  it('a model that a person unloads stays unloaded until the next window', async () => {
    const rig = await start(['a'])
    rig.scheduler.save(ruleOf('Office', window(rig, 0, 120), 'a'))
    await rig.pass(2 * minuteMs)
    const unload = rig.manager.unload(id('a'), you)
    await rig.serve()
    await unload
    await rig.pass(60 * minuteMs)
    expect(rig.state('a')).toBe('unloaded')
    expect(rig.scheduler.list()[0]?.note).toContain('by hand')
    await rig.clock.advance(dayMs - 61 * minuteMs)
    await rig.pass(2 * minuteMs)
    expect(rig.state('a')).toBe('ready')
  })

  it('is open again where the clock is set back into it', async () => {
    const rig = await start(['a'])
    rig.scheduler.save(ruleOf('Office', window(rig, 5, 30), 'a'))
    await rig.pass(45 * minuteMs)
    expect(rig.scheduler.keptBy(id('a'))).toBeNull()
    rig.clock.setBack(20 * minuteMs)
    await rig.pass(2 * minuteMs)
    expect(rig.scheduler.keptBy(id('a'))).toBe('Office')
    await rig.pass(20 * minuteMs)
    expect(rig.scheduler.keptBy(id('a'))).toBeNull()
    // It was there all the time.
    expect(generates(rig)).toHaveLength(1)
  })

  it('a crashed engine comes back', async () => {
    const rig = await start(['a'])
    rig.scheduler.save(ruleOf('Office', window(rig, 0, 120), 'a'))
    await rig.pass(2 * minuteMs)
    rig.provider.lose('a')
    await rig.pass(2 * minuteMs)
    expect(rig.state('a')).toBe('ready')
  })
})

describe('rules that overlap', () => {
  it('the later one is announced once with the bytes over, and takes nothing from the first', async () => {
    const rig = await start(['a', 'b', 'c'])
    rig.settings.maxLoadedModels = 3
    rig.machineIs.budgetBytes = 8e9
    for (const [name, size] of [
      ['a', 6e9],
      ['b', 5e9],
      ['c', 1e9]
    ] as const)
      rig.bytes.set(name, size)
    rig.scheduler.save(ruleOf('Office', window(rig, 0, 120), 'a'))
    await rig.pass(2 * minuteMs)
    rig.scheduler.save(ruleOf('Batch', window(rig, 5, 30), 'b', 'c'))
    await rig.pass(10 * minuteMs)
    expect(only(rig, 'warmup_clash')).toEqual([
      'warmup_clash schedule (“Batch” has no room for b beside “Office”, 4.0 GB over the budget)'
    ])
    expect([rig.state('a'), rig.state('b'), rig.state('c')]).toEqual(['ready', 'unloaded', 'ready'])
    const batch = rig.scheduler.list()[1]
    expect(batch?.lastRun?.results).toMatchObject([
      { outcome: 'ready' },
      { outcome: 'skipped', error: { code: 'does_not_fit' } }
    ])
    expect(batch?.note).toBe('no room for b beside “Office”')
    const preview = rig.scheduler.preview({ days: 1 })
    expect(preview.clashes[0]).toMatchObject({ ruleIds: ['Office', 'Batch'], overBytes: 4e9, overModels: 0 })
  })

  it('a rule at a time does not throw out what a window keeps', async () => {
    const rig = await start(['a', 'b'])
    rig.settings.maxLoadedModels = 1
    rig.scheduler.save(ruleOf('Office', window(rig, 0, 120), 'a'))
    await rig.pass(2 * minuteMs)
    rig.scheduler.save(ruleOf('Noon', at(rig, 2), 'b'))
    await rig.pass(5 * minuteMs)
    expect([rig.state('a'), rig.state('b')]).toEqual(['ready', 'unloaded'])
    expect(only(rig, 'warmup_clash')).toHaveLength(1)
  })
})

describe('what the arithmetic of the rules cannot see', () => {
  it('a pinned model in the way: what a window keeps is not given up for a rule at a time', async () => {
    const rig = await start(['a', 'b', 'pinned'])
    await rig.load('pinned')
    await rig.manager.pin(id('pinned'), true, you)
    rig.scheduler.save(ruleOf('Office', window(rig, 0, 120), 'a'))
    await rig.pass(2 * minuteMs)
    rig.scheduler.save(ruleOf('Noon', at(rig, 2), 'b'))
    await rig.pass(5 * minuteMs)
    expect(['a', 'b', 'pinned'].map(rig.state)).toEqual(['ready', 'unloaded', 'ready'])
    expect(rig.log.find(({ kind }) => kind === 'warmup_failed')?.error).toMatchObject({
      code: 'does_not_fit',
      message: 'b has no room beside a.'
    })
  })

  it('a warm-up is no use of the model: it saves nothing, and is not what was used last', async () => {
    const rig = await start(['a'])
    await rig.load('a')
    const unload = rig.manager.unload(id('a'), you)
    await rig.serve()
    await unload
    rig.scheduler.save(ruleOf('Morning', at(rig, 1), 'a'))
    await rig.pass(3 * minuteMs)
    expect(generates(rig)).toHaveLength(1)
    expect(rig.manager.get(id('a')).lastUsedAt).toBeNull()
    expect(rig.manager.savings().map(({ todayColdStarts }) => todayColdStarts)).toEqual([0])
  })
})

describe('failures', () => {
  it('are warnings: the next model goes on, the first is tried again after 10 s, 20 s, 40 s', async () => {
    const rig = await start(['a', 'b'])
    rig.scheduler.save(ruleOf('Morning', at(rig, 1), 'a', 'b'))
    await rig.clock.advance(2 * minuteMs)
    await rig.settle()
    rig.provider.loads[0]?.fail(new Error('broken'))
    await rig.serve()
    expect(rig.state('b')).toBe('ready')
    expect(only(rig, 'warm')).toEqual(['warmup_failed schedule a (Morning)', 'warmed_up schedule b (Morning)'])
    expect(rig.scheduler.list()[0]?.note).toMatch(/^tried again at \d\d:\d\d after a failure$/)
    for (const wait of [10_000, 20_000]) {
      await rig.clock.advance(wait - 1_000)
      expect(rig.provider.loads).toEqual([])
      await rig.clock.advance(1_500)
      expect(rig.provider.loads).toHaveLength(1)
      rig.provider.loads[0]?.fail(new Error('broken'))
      await rig.settle()
    }
    // The same failure again is no news.
    expect(only(rig, 'warmup_failed')).toHaveLength(1)
    await rig.clock.advance(40_500)
    await rig.serve()
    expect(rig.state('a')).toBe('ready')
    expect(
      rig.scheduler
        .list()[0]
        ?.lastRun?.results.map(({ outcome }) => outcome)
        .sort()
    ).toEqual(['ready', 'ready'])
  })

  it('an alias that points nowhere is told, and does not keep the next from its turn', async () => {
    const rig = await start(['a'])
    const rule = ruleOf('Morning', at(rig, 1), 'a')
    rig.scheduler.save({
      ...rule,
      models: [{ id: { hostId: 'alias', name: 'coder' }, contextLength: null }, ...rule.models]
    })
    expect(rig.scheduler.list()[0]?.note).toBe('the alias coder points to no model')
    await rig.pass(2 * minuteMs)
    expect(only(rig, 'warm')).toEqual(['warmup_failed schedule coder (Morning)', 'warmed_up schedule a (Morning)'])
  })

  it('an alias is what it points at when its time comes', async () => {
    const rig = await start(['a', 'b'])
    rig.aliases.set('coder', id('a'))
    const rule = ruleOf('Morning', at(rig, 2))
    rig.scheduler.save({ ...rule, models: [{ id: { hostId: 'alias', name: 'coder' }, contextLength: null }] })
    rig.aliases.set('coder', id('b'))
    rig.scheduler.settingsChanged()
    await rig.pass(3 * minuteMs)
    expect([rig.state('a'), rig.state('b')]).toEqual(['unloaded', 'ready'])
  })
})
