import { describe, expect, it } from 'vitest'
import { inMemory, noChoice, withAdvice, withContext, withTick, withoutGone } from './whatIfChoice.ts'

describe('the choice of models', () => {
  it('begins with what is in memory, and follows it until somebody ticks', () => {
    const begun = inMemory(noChoice, ['a/x'])
    expect(begun).toMatchObject({ top: ['a/x'], ticked: { 'a/x': true } })
    const followed = inMemory(begun, ['a/x', 'a/y'])
    expect(followed.ticked).toEqual({ 'a/x': true, 'a/y': true })
    expect(inMemory(followed, ['a/x', 'a/y'])).toBe(followed)
    const touched = withTick(followed, 'a/z', true)
    expect(inMemory(touched, [])).toBe(touched)
  })

  it('keeps the place of a model that is unticked: ticking it again must not mean looking for it', () => {
    const choice = withTick(inMemory(noChoice, ['a/x', 'a/y']), 'a/x', false)
    expect(choice.top).toEqual(['a/x', 'a/y'])
    expect(choice.ticked).toEqual({ 'a/y': true })
    expect(withTick(choice, 'a/x', true).top).toEqual(['a/x', 'a/y'])
    expect(withTick(choice, 'a/z', true).top).toEqual(['a/x', 'a/y', 'a/z'])
  })

  it('keeps a chosen context while the model is unticked', () => {
    const choice = withTick(withContext(inMemory(noChoice, ['a/x']), 'a/x', 4_096), 'a/x', false)
    expect(withTick(choice, 'a/x', true).contexts).toEqual({ 'a/x': 4_096 })
  })

  it('takes advice over: what is left out is unticked, shorter contexts are chosen', () => {
    const id = (name: string) => ({ hostId: 'a', name })
    const advised = withAdvice(inMemory(noChoice, ['a/x', 'a/y']), {
      unload: [],
      leaveOut: [id('x')],
      contexts: [{ id: id('y'), contextLength: 2_048 }]
    })
    expect(advised).toMatchObject({ ticked: { 'a/y': true }, contexts: { 'a/y': 2_048 }, isTouched: true })
  })

  it('forgets models that were deleted, or the core would be asked about nothing', () => {
    const choice = withTick(inMemory(noChoice, ['a/x', 'a/y']), 'a/z', true)
    expect(withoutGone(choice, new Set(['a/x', 'a/z']))).toMatchObject({
      top: ['a/x', 'a/z'],
      ticked: { 'a/x': true, 'a/z': true }
    })
    expect(withoutGone(choice, new Set(['a/x', 'a/y', 'a/z']))).toBe(choice)
  })
})
