/** Would catch: countdowns that stay wrong for ever after one early reading, or that jump with every slow message. */
import { describe, expect, it } from 'vitest'
import { createCoreClock } from './coreClock.ts'

describe('the core’s clock', () => {
  it('takes the quickest reading for the difference, and a short delay for none', () => {
    const clock = createCoreClock()
    clock.note(0, 1_900)
    expect(clock.offsetMs()).toBe(0)
    const other = createCoreClock()
    for (const delayMs of [9_000, 5_000, 7_000]) other.note(0, delayMs)
    expect(other.offsetMs()).toBe(5_000)
  })

  it('follows a clock that was set right, after a minute of readings', () => {
    const clock = createCoreClock()
    clock.note(0, -60_000)
    for (let time = 0; time < 59; time += 1) clock.note(0, 50)
    expect(clock.offsetMs()).toBe(-60_000)
    clock.note(0, 50)
    expect(clock.offsetMs()).toBe(0)
  })

  it('believes a new core at once, and keeps the old difference until it has spoken', () => {
    const clock = createCoreClock()
    clock.note(0, -60_000)
    clock.forget()
    expect(clock.offsetMs()).toBe(-60_000)
    clock.note(0, 90_000)
    expect(clock.offsetMs()).toBe(90_000)
  })
})
