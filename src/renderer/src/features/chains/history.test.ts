import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amend, commit, mostSteps, redo, startHistory, undo, type History } from './history.ts'

describe('undo and redo', () => {
  it('gives back each state in turn, with the name of what is undone', () => {
    let history = startHistory('a')
    history = commit(history, 'b', 'rename')
    history = commit(history, 'c', 'move')
    expect(history.past.at(-1)?.label).toBe('move')
    history = undo(history)
    expect([history.present, history.past.at(-1)?.label, history.future[0]?.label]).toEqual(['b', 'rename', 'move'])
    expect(redo(history).present).toBe('c')
  })

  it('forgets what was undone once something else is done, and makes no step of what changes nothing', () => {
    const undone = undo(commit(startHistory('a'), 'b', 'one'))
    expect(commit(undone, 'c', 'two').future).toEqual([])
    expect(commit(undone, 'a', 'nothing')).toBe(undone)
  })

  it('takes typing that goes on as one step', () => {
    const typed = amend(amend(commit(startHistory(''), 'h', 'typing'), 'he'), 'hey')
    expect(undo(typed).present).toBe('')
    expect(redo(undo(typed)).present).toBe('hey')
  })

  it('keeps the last hundred steps, whatever is done, and undo followed by redo changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('commit', 'undo', 'redo', 'amend'), { maxLength: 400 }), (deeds) => {
        let history: History<number> = startHistory(0)
        deeds.forEach((deed, index) => {
          if (deed === 'commit') history = commit(history, index + 1, `step ${index}`)
          else if (deed === 'amend') history = amend(history, index + 1)
          else history = deed === 'undo' ? undo(history) : redo(history)
          expect(history.past.length).toBeLessThanOrEqual(mostSteps)
          if (history.past.length > 0) expect(redo(undo(history)).present).toBe(history.present)
        })
      }),
      { numRuns: 60 }
    )
  })
})
