/** Two rules that both count on the same room would throw each other's models out all day long. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterFailure, isCooling, type CoolDown } from './coolDowns.ts'
import { shareRoom, type Claim, type ModelNeed } from './sharedRoom.ts'

const gb = 1e9
const needs: Record<string, number | null> = {
  small: 2 * gb,
  medium: 4 * gb,
  large: 7 * gb,
  onCpu: 6 * gb,
  unknown: null
}
const needOf = (key: string): ModelNeed => ({
  engine: key,
  needBytes: needs[key] ?? null,
  isBeside: key === 'onCpu'
})
const claim = (ruleId: string, ...keys: string[]): Claim => ({ ruleId, keys })

describe('rules that share a machine', () => {
  it('the first keeps its models, the later one what fits beside them, and the excess is told with whom', () => {
    const { keeps, left } = shareRoom([claim('office', 'medium'), claim('batch', 'large', 'small')], needOf, {
      budgetBytes: 8 * gb,
      besideBytes: null,
      maxLoadedModels: 9
    })
    expect([...keeps]).toEqual([
      ['medium', 'office'],
      ['small', 'batch']
    ])
    expect(left).toEqual([
      { ruleId: 'batch', keys: ['large'], overBytes: 5 * gb, overModels: 0, withRuleIds: ['office'] }
    ])
  })

  it('a model wanted twice is held once, by the first', () => {
    const room = { budgetBytes: 4 * gb, besideBytes: null, maxLoadedModels: 1 }
    const { keeps, left } = shareRoom([claim('a', 'medium'), claim('b', 'medium')], needOf, room)
    expect([...keeps]).toEqual([['medium', 'a']])
    expect(left).toEqual([])
  })

  it('two names on one engine take its memory once', () => {
    const oneEngine = (): ModelNeed => ({ engine: 'same', needBytes: 4 * gb, isBeside: false })
    expect(
      shareRoom([claim('a', 'x', 'y')], oneEngine, { budgetBytes: 4 * gb, besideBytes: null, maxLoadedModels: 1 }).left
    ).toEqual([])
  })

  it('a rule too large by itself clashes with nobody else', () => {
    const { left } = shareRoom([claim('a', 'large', 'medium')], needOf, {
      budgetBytes: 8 * gb,
      besideBytes: null,
      maxLoadedModels: 9
    })
    expect(left).toMatchObject([{ ruleId: 'a', keys: ['medium'], overBytes: 3 * gb, withRuleIds: [] }])
  })

  it('where only the number is too large no bytes are said', () => {
    const { left } = shareRoom([claim('a', 'small'), claim('b', 'unknown')], needOf, {
      budgetBytes: null,
      besideBytes: null,
      maxLoadedModels: 1
    })
    expect(left).toEqual([{ ruleId: 'b', keys: ['unknown'], overBytes: null, overModels: 1, withRuleIds: ['a'] }])
  })

  it('what a host without cards holds takes nothing of the cards, and the other way round', () => {
    const room = { budgetBytes: 8 * gb, besideBytes: 7 * gb, maxLoadedModels: 9 }
    expect(shareRoom([claim('a', 'large'), claim('b', 'onCpu')], needOf, room).left).toEqual([])
    const tight = { ...room, besideBytes: 5 * gb }
    expect(shareRoom([claim('a', 'small'), claim('b', 'onCpu', 'medium')], needOf, tight).left).toEqual([
      { ruleId: 'b', keys: ['onCpu'], overBytes: gb, overModels: 0, withRuleIds: ['a'] }
    ])
  })

  it('never keeps more than there is room for, and leaves nobody out for whom there is some', () => {
    const keys = Array.from({ length: 8 }, (_, index) => `m${index}`)
    const claims = fc.array(
      fc.record({ ruleId: fc.uuid(), keys: fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1, maxLength: 4 }) }),
      { maxLength: 8 }
    )
    const sizes = fc.array(fc.option(fc.integer({ min: 0, max: 50 })), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(
        claims,
        sizes,
        fc.option(fc.integer({ min: 0, max: 120 })),
        fc.integer({ min: 1, max: 8 }),
        (all, size, budgetBytes, maxLoadedModels) => {
          const need = (key: string): ModelNeed => ({
            engine: key,
            needBytes: size[keys.indexOf(key)] ?? null,
            isBeside: false
          })
          const { keeps, left } = shareRoom(all, need, { budgetBytes, besideBytes: null, maxLoadedModels })
          const total = [...keeps.keys()].reduce((sum, key) => sum + (need(key).needBytes ?? 0), 0)
          expect(keeps.size).toBeLessThanOrEqual(maxLoadedModels)
          if (budgetBytes !== null) expect(total).toBeLessThanOrEqual(budgetBytes)
          const wanted = new Set(all.flatMap((one) => one.keys))
          for (const key of wanted) if (!keeps.has(key)) expect(left.some((one) => one.keys.includes(key))).toBe(true)
          for (const { overBytes, overModels } of left) expect((overBytes ?? 0) + overModels).toBeGreaterThan(0)
        }
      )
    )
  })
})

describe('cool-downs', () => {
  const error = { code: 'server_failed' as const, message: 'no', hint: null }

  it('double from 10 s to 5 min', () => {
    let coolDown: CoolDown | undefined
    const waits = Array.from({ length: 7 }, () => (coolDown = afterFailure(coolDown, error, 0)).untilAt / 1_000)
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300])
  })

  it('end at their time, and at once where the clock was set back by hours', () => {
    const coolDown = afterFailure(undefined, error, 1e12)
    expect(isCooling(coolDown, 1e12 + 9_999)).toBe(true)
    expect(isCooling(coolDown, 1e12 + 10_000)).toBe(false)
    expect(isCooling(coolDown, 1e12 - 3_600_000)).toBe(false)
  })

  it('what no attempt can mend is not tried again, what only lacks room is known as such', () => {
    expect(afterFailure(undefined, { ...error, code: 'bad_model_file' }, 0)).toMatchObject({ isLasting: true })
    expect(afterFailure(undefined, { ...error, code: 'does_not_fit' }, 0)).toMatchObject({
      isLasting: false,
      isForRoom: true
    })
  })
})
