/** What the schedule does when, and above all what it leaves alone. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hourMs, inputOf, noon, ruleOf, windowOf, type PolicyWish } from './policyRig.ts'
import { decide } from './warmupPolicy.ts'

const look = (wish: PolicyWish) => decide(inputOf(wish))
/** "warm office due a b", "clash batch with office", in their order. */
function words(wish: PolicyWish): string[] {
  return look(wish).actions.map((action) => {
    if (action.kind === 'warm') {
      const left = action.left.length > 0 ? ` without ${action.left.map(({ wishKey }) => wishKey).join(' ')}` : ''
      const room = action.mayMakeRoom ? '' : ' gently'
      return `warm ${action.ruleId} ${action.why}${room} ${action.models.map(({ wishKey }) => wishKey).join(' ')}${left}`
    }
    if (action.kind === 'clash') return `clash ${action.ruleId} with ${action.withRuleIds.join(' ')}`
    if (action.kind === 'release') return `release ${action.ruleId} ${action.keys.join(' ')}`
    return `miss ${action.ruleId} ${action.why}`
  })
}
const due = { dueAt: noon - 60_000 }
const ready = { state: 'ready' } as const

describe('a rule at a time', () => {
  it('is warmed when it is due, and only then', () => {
    expect(words({ rules: [ruleOf('morning', 'at', ['a', 'b'], due)] })).toEqual(['warm morning due a b'])
    expect(words({ rules: [ruleOf('morning', 'at', ['a', 'b'])] })).toEqual([])
  })

  it('is not begun a second time while it waits for its turn', () => {
    const history = { underWay: new Set(['morning']) }
    expect(
      words({ rules: [ruleOf('morning', 'at', ['a'], { ...due, missed: { lastAt: 1, count: 1 } })], history })
    ).toEqual([])
  })

  it('what was missed is told once, for all of it', () => {
    expect(look({ rules: [ruleOf('morning', 'at', ['a'], { missed: { lastAt: 5, count: 7 } })] }).actions).toEqual([
      { kind: 'miss', ruleId: 'morning', dueAt: 5, count: 7, why: 'late', detail: null }
    ])
  })

  it('waits for a host that does not answer, but not for one of two', () => {
    const models = { a: { hostProblem: 'Ollama does not answer' } }
    const waiting = look({ rules: [ruleOf('r', 'at', ['a'], due)], models })
    expect(waiting.actions).toEqual([])
    expect(waiting.waits.get('r')).toEqual({ why: 'host', detail: 'Ollama does not answer' })
    expect(words({ rules: [ruleOf('r', 'at', ['a', 'b'], due)], models })).toEqual(['warm r due a b'])
  })

  it('does not take from a window what does not fit beside it: it says so', () => {
    const rules = [windowOf('office', ['a']), ruleOf('batch', 'at', ['b', 'c'], due)]
    const models = { a: { ...ready, needBytes: 6e9 }, b: { needBytes: 5e9 }, c: { needBytes: 1e9 } }
    expect(words({ rules, models, room: { budgetBytes: 8e9 } })).toEqual([
      'warm batch due c without b',
      'clash batch with office'
    ])
  })

  it('an alias that points nowhere is tried, so that its failure is told', () => {
    expect(words({ rules: [ruleOf('r', 'at', [null], due)] })).toEqual(['warm r due alias/0'])
  })
})

describe('a window', () => {
  const early = { dueAt: noon + 60_000, warmFromAt: noon - 1_000 }

  it('is warmed before it begins, kept in it, released after it', () => {
    const opening = look({ rules: [windowOf('office', ['a'], early, { dueAt: early.dueAt })] })
    expect(opening.actions).toMatchObject([{ kind: 'warm', why: 'due', dueAt: early.dueAt, mayMakeRoom: true }])
    expect([...opening.kept]).toEqual([['a', 'office']])
    const inside = look({ rules: [windowOf('office', ['a'])], models: { a: ready }, history: { kept: opening.kept } })
    expect(inside.actions).toEqual([])
    expect([...inside.kept]).toEqual([['a', 'office']])
    const after = { rules: [ruleOf('office', 'window', ['a'])], models: { a: ready }, history: { kept: inside.kept } }
    expect(words(after)).toEqual(['release office a'])
    expect(look(after).kept.size).toBe(0)
  })

  it('a released model that is pinned, kept by another rule, or gone needs no word', () => {
    const history = {
      kept: new Map([
        ['a', 'night'],
        ['b', 'night'],
        ['c', 'night']
      ])
    }
    const rules = [ruleOf('night', 'window', ['a', 'b', 'c']), windowOf('day', ['b'])]
    expect(words({ rules, models: { a: { ...ready, isPinned: true }, b: ready }, history })).toEqual([])
  })

  it('back to back with another that leaves no room it waits for its end, and is no clash', () => {
    const models = { a: { ...ready, needBytes: 6e9 }, b: { needBytes: 6e9 } }
    const first = windowOf('first', ['a'], { endAt: early.dueAt })
    const second = windowOf('second', ['b'], early, { dueAt: early.dueAt })
    expect(words({ rules: [second, first], models, room: { budgetBytes: 8e9 } })).toEqual([])
    const then = [ruleOf('first', 'window', ['a']), windowOf('second', ['b'], early, { dueAt: early.dueAt })]
    const history = { kept: new Map([['a', 'first']]) }
    expect(words({ now: early.dueAt, rules: then, models, room: { budgetBytes: 8e9 }, history })).toEqual([
      'warm second due b',
      'release first a'
    ])
  })

  it('overlapping with one that began before and leaves no room, it warms what fits and says what does not', () => {
    const models = { a: { ...ready, needBytes: 6e9 }, b: { needBytes: 5e9 }, c: { needBytes: 1e9 } }
    // The later one stands first in the list: that decides nothing.
    const rules = [windowOf('late', ['b', 'c'], { dueAt: noon }, { dueAt: noon }), windowOf('office', ['a'])]
    const result = look({ rules, models, room: { budgetBytes: 8e9 } })
    expect(result.actions).toMatchObject([
      { kind: 'warm', ruleId: 'late', models: [{ key: 'c' }], left: [{ key: 'b' }] },
      { kind: 'clash', ruleId: 'late', overBytes: 4e9, overModels: 0, withRuleIds: ['office'] }
    ])
    expect([...result.kept]).toEqual([
      ['a', 'office'],
      ['c', 'late']
    ])
  })

  it('the clash is told once for each start', () => {
    const rules = [windowOf('office', ['a']), windowOf('late', ['b'], { dueAt: noon })]
    const wish = {
      rules,
      models: { a: { ...ready, needBytes: 6e9 }, b: { needBytes: 5e9 } },
      room: { budgetBytes: 8e9 }
    }
    expect(words(wish)).toEqual(['clash late with office'])
    expect(words({ ...wish, history: { clashToldFor: () => noon } })).toEqual([])
    expect(words({ ...wish, history: { clashToldFor: () => noon - 24 * hourMs } })).toEqual(['clash late with office'])
  })
})

describe('in its window, a model that has gone', () => {
  const rules = [windowOf('office', ['a'])]

  it('comes back when nothing runs, without making room', () => {
    expect(words({ rules })).toEqual(['warm office again gently a'])
    expect(look({ rules, work: { isBusy: true } }).waits.get('office')).toEqual({ why: 'busy' })
    expect(words({ rules, work: { isBusy: true } })).toEqual([])
    expect(words({ rules, history: { underWay: new Set(['other']) } })).toEqual([])
  })

  it('does not come back while memory is short', () => {
    expect(words({ rules, work: { isShort: true } })).toEqual([])
  })

  it('stays away where a person unloaded it in this window, and comes back in the next', () => {
    expect(words({ rules, letGo: { a: noon - 1 } })).toEqual([])
    expect(words({ rules, letGo: { a: noon - 9 * hourMs } })).toEqual(['warm office again gently a'])
  })

  it('stays away while it cools down after a failure, and may then make room as the first time', () => {
    const failed = (at: number, count = 1) => ({ rules, failures: { 'office a': { at, count } } })
    const cooling = look(failed(noon - 9_000))
    expect(cooling.actions).toEqual([])
    expect(cooling.waits.get('office')).toEqual({ why: 'cooling', untilAt: noon + 1_000 })
    expect(cooling.nextLookAt).toBe(noon + 1_000)
    expect(words(failed(noon - 10_000))).toEqual(['warm office retry a'])
    expect(words(failed(noon - 10_000, 2))).toEqual([])
  })

  it('a lack of room is asked about again, gently', () => {
    const failures = { 'office a': { at: noon - 20_000, code: 'does_not_fit' as const } }
    expect(words({ rules, failures })).toEqual(['warm office again gently a'])
  })

  it('a broken file is not tried again before the next window', () => {
    const failures = (at: number) => ({ 'office a': { at, code: 'bad_model_file' as const } })
    expect(words({ rules, failures: failures(noon - 1_800_000) })).toEqual([])
    expect(words({ rules, failures: failures(noon - 9 * hourMs) })).toEqual(['warm office again gently a'])
  })

  it('one that is not on its host is waited for in silence', () => {
    const result = look({ rules, models: { a: { state: 'absent' } } })
    expect(result.actions).toEqual([])
    expect(result.waits.get('office')).toEqual({ why: 'absent', wishKey: 'a' })
  })
})

describe('at app start', () => {
  const rules = [ruleOf('begin', 'app_start', ['a'])]
  const history = { appStartPending: new Set(['begin']), appStartedAt: noon - 5_000 }

  it('once', () => {
    expect(words({ rules, history })).toEqual(['warm begin app_start a'])
    expect(words({ rules })).toEqual([])
  })

  it('waits for its host for as long as a warm-up may be late', () => {
    const models = { a: { hostProblem: 'Ollama does not answer' } }
    expect(words({ rules, history, models })).toEqual([])
    expect(words({ rules, history, models, now: noon - 5_000 + 900_001 })).toEqual(['miss begin host'])
  })
})

describe('after a big job', () => {
  const rules = [ruleOf('everyday', 'after_job', ['a', 'b'])]
  const models = { a: { isDisplaced: true }, b: ready }

  it('what was displaced comes back once it has been quiet for long enough', () => {
    expect(words({ rules, models, work: { quietSinceAt: noon - 120_000 } })).toEqual(['warm everyday after_job a'])
    const early = look({ rules, models, work: { quietSinceAt: noon - 100_000 } })
    expect(early.actions).toEqual([])
    expect(early.nextLookAt).toBe(noon + 20_000)
  })

  it('not while anything runs, and not for a model that merely went to sleep', () => {
    expect(words({ rules, models, work: { isBusy: true, quietSinceAt: 0 } })).toEqual([])
    expect(words({ rules, models: { a: {}, b: ready } })).toEqual([])
  })

  it('not beside a window that leaves no room for it', () => {
    const all = [windowOf('office', ['c']), ...rules]
    const needs = { ...models, a: { isDisplaced: true, needBytes: 5e9 }, c: { ...ready, needBytes: 5e9 } }
    expect(words({ rules: all, models: needs, room: { budgetBytes: 8e9 } })).toEqual([])
  })

  it('a failure is made up for while it could still be late', () => {
    const unfinished = new Map([['everyday', { wishKeys: new Set(['a']), untilAt: noon + 1 }]])
    const wish = { rules, models, failures: { 'everyday a': { at: noon - 10_000 } }, history: { unfinished } }
    expect(words(wish)).toEqual(['warm everyday retry a'])
    expect(words({ ...wish, now: noon + 2 })).toEqual([])
  })
})

describe('whatever comes', () => {
  const keys = ['a', 'b', 'c', 'd']
  const anyRule = fc.record({
    kind: fc.constantFrom('at' as const, 'window' as const, 'app_start' as const, 'after_job' as const),
    keys: fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1 }),
    startedMs: fc.integer({ min: -60_000, max: 8 * hourMs }),
    isDue: fc.boolean()
  })
  const anyModel = fc.record({
    state: fc.constantFrom(
      'absent' as const,
      'unloaded' as const,
      'loading' as const,
      'ready' as const,
      'failed' as const
    ),
    needBytes: fc.option(fc.integer({ min: 0, max: 9e9 })),
    isPinned: fc.boolean(),
    isDisplaced: fc.boolean(),
    hostProblem: fc.option(fc.constant('gone'))
  })

  it('it keeps only what fits, warms no model of a rule under way, and looks again later, never at once', () => {
    fc.assert(
      fc.property(
        fc.array(anyRule, { maxLength: 6 }),
        fc.tuple(anyModel, anyModel, anyModel, anyModel),
        fc.integer({ min: 1, max: 4 }),
        fc.option(fc.integer({ min: 0, max: 20e9 })),
        fc.boolean(),
        (wishes, facts, maxLoadedModels, budgetBytes, isBusy) => {
          const models: NonNullable<PolicyWish['models']> = Object.fromEntries(
            keys.map((key, index) => [key, facts[index] ?? {}])
          )
          const rules = wishes.map(({ kind, keys: wanted, startedMs, isDue }, index) => {
            const dueAt = noon - startedMs
            const phase = isDue ? { dueAt } : {}
            return kind === 'window'
              ? windowOf(`r${index}`, wanted, { dueAt }, phase)
              : ruleOf(`r${index}`, kind, wanted, kind === 'at' ? phase : {})
          })
          const history = { underWay: new Set(['r0']), appStartPending: new Set(['r1']), appStartedAt: noon }
          const result = look({ rules, models, work: { isBusy }, room: { maxLoadedModels, budgetBytes }, history })
          expect(result.kept.size).toBeLessThanOrEqual(maxLoadedModels)
          const held = [...result.kept.keys()].reduce((sum, key) => sum + (models[key]?.needBytes ?? 0), 0)
          if (budgetBytes !== null) expect(held).toBeLessThanOrEqual(budgetBytes)
          expect(result.nextLookAt).toBeGreaterThan(noon)
          for (const action of result.actions) {
            expect(action.ruleId).not.toBe('r0')
            if (action.kind === 'warm' && !action.mayMakeRoom) expect(isBusy).toBe(false)
          }
        }
      )
    )
  })
})
