import { describe, expect, it } from 'vitest'
import type { RunStatus } from '../../../../shared/run.ts'
import { deedsOf, doingWords, itemsWords, loadsWords, runsWords, statusWords, timeWords } from './runWords.ts'
import { testRun } from './testRun.ts'

const items = { waiting: 0, running: 0, done: 37, stopped: 1, failed: 2 }

describe('a run in words', () => {
  it('does not call a run with lost items a plain success', () => {
    const ended = (done: number, stopped: number, failed: number) =>
      statusWords(testRun({ items: { waiting: 0, running: 0, done, stopped, failed } }))
    expect(ended(40, 0, 0)).toEqual({ tone: 'ok', words: 'Done' })
    expect(ended(37, 1, 2)).toEqual({ tone: 'warn', words: 'Done, 2 failed' })
    expect(ended(0, 0, 40)).toEqual({ tone: 'bad', words: 'All failed' })
    expect(ended(0, 0, 1)).toEqual({ tone: 'bad', words: 'Failed' })
    // One that goes on may still make good.
    expect(statusWords(testRun({ status: 'running', items }))).toEqual({ tone: 'ok', words: 'Running' })
  })

  it('calls nothing paused that was interrupted, and tells of what goes on before what waits', () => {
    const say = (...statuses: RunStatus[]): string | null => runsWords(statuses.map((status) => ({ status })))
    expect(say('done', 'failed', 'cancelled')).toBeNull()
    expect(say('paused', 'paused', 'done')).toBe('2 paused')
    expect(say('interrupted', 'interrupted', 'interrupted')).toBe('3 to resume')
    expect(say('paused', 'interrupted')).toBe('2 to resume')
    expect(say('interrupted', 'queued')).toBe('1 queued')
    expect(say('running', 'queued', 'running')).toBe('2 running')
  })

  it('counts what has ended, and names only what there is', () => {
    expect(itemsWords(testRun())).toBe('40 items')
    expect(itemsWords(testRun({ items }))).toBe('40 items, 1 stopped, 2 failed')
    expect(itemsWords(testRun({ notedItems: 3 }))).toBe('40 items, 3 with notes')
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
})
