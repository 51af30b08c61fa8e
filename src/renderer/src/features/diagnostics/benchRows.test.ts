/** Would catch: a model without a row, a result lost because its model is gone, and unknown figures sorted as if they were 0. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BenchResult } from '../../../../shared/diagnostics.ts'
import type { Model } from '../../../../shared/model.ts'
import { benchColumns, benchRows, countOf, shownRows, type BenchSort } from './benchRows.ts'

const id = (name: string) => ({ hostId: 'ollama', name })
const model = (name: string, state: Model['state'] = 'unloaded') => ({ id: id(name), state }) as Model
const result = (name: string, outcome: BenchResult['outcome'], changes: Partial<BenchResult> = {}): BenchResult => ({
  id: id(name),
  at: 1,
  outcome,
  reason: null,
  loadMs: null,
  firstTokenMs: null,
  totalMs: null,
  tokensPerSecond: null,
  heldBytes: null,
  text: null,
  error: null,
  ...changes
})
const names = (rows: readonly { id: { name: string } }[]): string[] => rows.map((row) => row.id.name)
const all = { search: '', filter: 'all' as const, sort: { column: 'outcome', isDescending: false } as BenchSort }

describe('the rows of the bench', () => {
  const models = [model('untested'), model('good'), model('bad'), model('lame'), model('away', 'absent')]
  const results = [result('good', 'works'), result('away', 'works'), result('bad', 'fails'), result('lame', 'slow')]
  const rows = benchRows(models, results)

  it('are every model that is there, and every result there is; the gone are marked', () => {
    expect(names(rows).sort()).toEqual(['away', 'bad', 'good', 'lame', 'untested'])
    expect(rows.filter((row) => row.isGone).map((row) => row.id.name)).toEqual(['away'])
    expect(rows.find((row) => row.id.name === 'untested')?.result).toBeNull()
  })

  it('begin with what fails, and end with what was not tested', () => {
    expect(names(shownRows(rows, all))).toEqual(['bad', 'lame', 'away', 'good', 'untested'])
  })

  it('are filtered by outcome and by name', () => {
    expect(names(shownRows(rows, { ...all, filter: 'works' }))).toEqual(['away', 'good'])
    expect(names(shownRows(rows, { ...all, filter: 'untested' }))).toEqual(['untested'])
    expect(names(shownRows(rows, { ...all, search: ' BA' }))).toEqual(['bad'])
    expect(countOf(rows, 'fails')).toBe(1)
    expect(countOf(rows, 'all')).toBe(5)
  })

  it('what nobody measured is last in every order', () => {
    const timed = benchRows(
      [model('a'), model('b'), model('c')],
      [result('a', 'works', { loadMs: 9 }), result('b', 'works', { loadMs: null }), result('c', 'works', { loadMs: 0 })]
    )
    const by = (isDescending: boolean) => names(shownRows(timed, { ...all, sort: { column: 'loadMs', isDescending } }))
    expect(by(false)).toEqual(['c', 'a', 'b'])
    expect(by(true)).toEqual(['a', 'c', 'b'])
  })

  it('none is lost or doubled by any order', () => {
    const figure = fc.option(fc.integer({ min: 0, max: 5 }))
    const any = fc.record({ loadMs: figure, firstTokenMs: figure, tokensPerSecond: figure, heldBytes: figure })
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 12 }),
        fc.constantFrom(...benchColumns),
        fc.boolean(),
        (each, column, isDescending) => {
          const made = each.map((figures, index) => result(`m${index}`, 'works', figures))
          const rowsOfAll = benchRows([], made)
          const shown = shownRows(rowsOfAll, { ...all, sort: { column, isDescending } })
          expect(names(shown).sort()).toEqual(names(rowsOfAll).sort())
        }
      )
    )
  })
})
