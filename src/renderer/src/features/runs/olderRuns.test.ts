/** Would catch: runs that are on no page any more because new ones pushed them out of the mirror, and runs listed twice. */
import { describe, expect, it } from 'vitest'
import type { RunSummary } from '../../../../shared/run.ts'
import { joinOlder } from './olderRuns.ts'

const runs = (...ids: string[]): RunSummary[] => ids.map((id) => ({ id }) as RunSummary)
const longer = { runs: runs('e', 'd', 'c', 'b', 'a'), isWhole: true }
const idsOf = (newest: RunSummary[], list = longer): string =>
  joinOlder(newest, list)
    .runs.map(({ id }) => id)
    .join('')

describe('older runs behind the newest ones', () => {
  it('keep those that new runs have pushed out of the mirror', () => {
    expect(idsOf(runs('e', 'd', 'c'))).toBe('edcba')
    expect(idsOf(runs('g', 'f', 'e'))).toBe('gfedcba')
    expect(joinOlder(runs('g', 'f', 'e'), longer).isWhole).toBe(true)
  })

  it('go without one that was removed, though it was listed before', () => {
    expect(idsOf(runs('e', 'c', 'b'))).toBe('ecba')
  })

  it('are left out where runs between are not known: they are asked for again', () => {
    expect(joinOlder(runs('i', 'h', 'g'), longer)).toEqual({ runs: runs('i', 'h', 'g'), isWhole: false })
    expect(idsOf(runs('c', 'b'), { runs: [], isWhole: false })).toBe('cb')
    expect(idsOf([])).toBe('')
  })
})
