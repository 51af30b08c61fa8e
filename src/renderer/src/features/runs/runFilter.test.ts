import { describe, expect, it } from 'vitest'
import { filterRuns, groupRuns } from './runFilter.ts'
import { testRun } from './testRun.ts'

describe('the list of runs', () => {
  it('finds runs by words, status and chain, and puts who answers first', () => {
    const runs = [
      testRun({ id: 'a', status: 'queued', createdAt: 9 }),
      testRun({ id: 'b', status: 'running', createdAt: 5 }),
      testRun({ id: 'c', chainName: 'Translate', chainId: 'translate' })
    ]
    const found = (filter: Partial<Parameters<typeof filterRuns>[1]>): string[] =>
      filterRuns(runs, { search: '', status: null, chainId: null, ...filter }).map(({ id }) => id)
    expect(found({ search: 'trans' })).toEqual(['c'])
    expect(found({ status: 'active' })).toEqual(['a', 'b'])
    expect(found({ chainId: 'translate' })).toEqual(['c'])
    const lost = testRun({ id: 'd', items: { waiting: 0, running: 0, done: 0, stopped: 0, failed: 40 } })
    const among = (status: 'failed' | 'done') =>
      filterRuns([...runs, lost], { search: '', status, chainId: null }).map(({ id }) => id)
    expect([among('failed'), among('done')]).toEqual([['d'], ['c']])
    expect(groupRuns(runs).map((group) => [group.label, ...group.runs.map(({ id }) => id)])).toEqual([
      ['Now', 'b', 'a'],
      ['Earlier', 'c']
    ])
  })
})
