import { describe, expect, it } from 'vitest'
import { comparedFigures, unlikeWords } from './compareWords.ts'
import { drawnCount, missingPage, noPages, withPage } from './itemPages.ts'
import { missedStart, readable } from './itemWords.ts'
import { filterRuns, groupRuns } from './runFilter.ts'
import { deedsOf, doingWords, itemsWords, loadsWords, statusWords, timeWords } from './runWords.ts'
import { testRun } from './testRun.ts'
import type { RunItem } from '../../../../shared/run.ts'

const items = { waiting: 0, running: 0, done: 37, stopped: 1, failed: 2 }

describe('a run in words', () => {
  it('does not call a run with lost items a plain success', () => {
    expect(statusWords(testRun()).tone).toBe('ok')
    expect(statusWords(testRun({ items })).tone).toBe('warn')
    expect(statusWords(testRun({ items: { ...items, done: 0, stopped: 0, failed: 40 } })).tone).toBe('bad')
  })

  it('counts what has ended, and names only what there is', () => {
    expect(itemsWords(testRun())).toBe('40 items')
    expect(itemsWords(testRun({ items }))).toBe('40 items, 1 stopped, 2 failed')
    expect(itemsWords(testRun({ items: { ...items, waiting: 30, done: 7 } }))).toBe(
      '10 of 40 items, 1 stopped, 2 failed'
    )
  })

  it('sets loads beside what was planned only where that tells something', () => {
    expect(loadsWords(testRun())).toBe('3')
    expect(loadsWords(testRun({ loads: 5 }))).toBe('5 (3 planned)')
    expect(loadsWords(testRun({ status: 'running', loads: 1 }))).toBe('1 of 3')
    expect(loadsWords(testRun({ plannedLoads: null }))).toBe('3')
  })

  it('tells the time left only of what runs, and none of what never began', () => {
    expect(timeWords(testRun({ status: 'running', remainingMs: 725_000 }))).toEqual({
      taken: '1:00',
      left: 'about 12 min left'
    })
    expect(timeWords(testRun({ status: 'paused', remainingMs: 725_000 })).left).toBeNull()
    expect(timeWords(testRun({ status: 'queued', startedAt: null })).taken).toBe('–')
  })

  it('says what it does in the words of the core, else what happened to it and what to do', () => {
    expect(doingWords(testRun({ status: 'queued', doing: 'Waiting for the run of First' }))).toBe(
      'Waiting for the run of First'
    )
    const error = { code: 'storage_failed', message: 'The disk is full.', hint: 'Make room, then resume.' } as const
    expect(doingWords(testRun({ status: 'failed', error }))).toBe('The disk is full. Make room, then resume.')
    expect(doingWords(testRun({ status: 'interrupted', error }))).toMatch(/^Stoker ended in the middle of it\./)
  })

  it('offers what the status allows and nothing else', () => {
    expect(deedsOf(testRun({ status: 'running' }))).toMatchObject({
      pause: true,
      cancel: true,
      resume: false,
      remove: false
    })
    expect(deedsOf(testRun({ status: 'interrupted', items }))).toMatchObject({
      resume: true,
      retry: true,
      cancel: false
    })
    const without = { waiting: 0, running: 0, done: 0, stopped: 0, failed: 40 }
    expect(deedsOf(testRun({ items: without })).exportFiles).toBe(false)
    expect(deedsOf(testRun({ items: { ...without, stopped: 1 } })).exportFiles).toBe(true)
    expect(deedsOf(testRun())).toMatchObject({ retry: false, again: true, remove: true, resume: false })
  })

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
    expect(groupRuns(runs).map((group) => [group.label, ...group.runs.map(({ id }) => id)])).toEqual([
      ['Now', 'b', 'a'],
      ['Earlier', 'c']
    ])
  })

  it('judges loads and time only where both did the same work', () => {
    const slow = testRun({ id: 'slow', loads: 9, workedMs: 90_000 })
    const judged = (other: typeof slow): (string | null)[] =>
      comparedFigures([testRun(), other], 0)
        .filter(({ better }) => better !== null)
        .map(({ label }) => label)
    expect(judged(slow)).toEqual(['Loads', 'Time'])
    expect(judged({ ...slow, stepRunsDone: 60 })).toEqual([])
    expect(unlikeWords([testRun(), testRun()])).toBeNull()
    expect(unlikeWords([testRun(), testRun({ inputId: 'other' })])).toMatch(/different inputs/)
  })
})

describe('the texts of an item', () => {
  it('puts what was said before the page listened in front of what it heard', () => {
    expect(missedStart('The answer is', 'answer is for')).toBe('The ')
    expect(missedStart('The answer is', ' is')).toBe('The answer')
    expect(missedStart('The answer', '')).toBe('The answer')
    expect(missedStart('', 'heard')).toBe('')
  })

  it('lays out JSON, and leaves alone what is none', () => {
    expect(readable('{"a":1}', true)).toBe('{\n  "a": 1\n}')
    expect(readable('{"a":', true)).toBe('{"a":')
    expect(readable('{"a":1}', false)).toBe('{"a":1}')
  })
})

describe('items page by page', () => {
  const row = (item: number): RunItem => ({
    item,
    name: `item ${item}`,
    preview: '',
    status: 'failed',
    reason: null,
    error: null,
    finalOutput: null,
    steps: []
  })

  it('asks unfiltered for any page that is looked at, and only for what is not there', () => {
    const first = withPage(
      noPages(false),
      { fromItem: 0, place: 0 },
      Array.from({ length: 100 }, (_, item) => row(item)),
      100_000
    )
    expect(drawnCount(first)).toBe(100_000)
    expect(missingPage(first, 0, 30)).toBeNull()
    expect(missingPage(first, 54_321, 54_350)).toEqual({ fromItem: 54_300, place: 54_300 })
  })

  it('goes on behind the last one found where there is a filter', () => {
    const first = withPage(noPages(true), { fromItem: 0, place: 0 }, [row(7), row(4_000)], 3)
    expect(drawnCount(first)).toBe(3)
    expect(missingPage(first, 0, 10)).toEqual({ fromItem: 4_001, place: 2 })
    const all = withPage(first, { fromItem: 4_001, place: 2 }, [row(5_000)], 3)
    expect(missingPage(all, 0, 10)).toBeNull()
  })
})
