import { describe, expect, it } from 'vitest'
import { momentWords, shownWords, spanWords } from './timeWords.ts'

const at = (text: string): number => new Date(text).getTime()
const now = at('2026-11-21T14:30:00')

describe('times in words', () => {
  it('leaves out the day only where it is today: "14:02" of last Thursday is not of today', () => {
    expect(momentWords(at('2026-11-21T14:02:10'), now, true)).toBe('14:02:10')
    expect(momentWords(at('2026-11-19T14:02:10'), now, false)).toBe('Thu 19 Nov, 14:02')
  })

  it('does not say "the last 7 days" of an hour that stands there while the week could not be read', () => {
    const week = { rangeMs: 7 * 86_400_000, words: '7 days' }
    const hour = { fromAt: now - 3_600_000, toAt: now }
    expect(shownWords({ fromAt: now - week.rangeMs, toAt: now }, week, true, now)).toBe('the last 7 days')
    expect(shownWords(hour, week, true, now)).toBe('13:30 – 14:30')
    expect(shownWords(hour, { rangeMs: 3_600_000, words: 'hour' }, false, now)).toBe('13:30 – 14:30')
  })

  it('says seconds in a short span, the day once, and both days of a span over midnight', () => {
    expect(spanWords({ fromAt: at('2026-11-21T14:01:10'), toAt: at('2026-11-21T14:02:10') }, now)).toBe(
      '14:01:10 – 14:02:10'
    )
    expect(spanWords({ fromAt: at('2026-11-19T14:00:00'), toAt: at('2026-11-19T16:00:00') }, now)).toBe(
      'Thu 19 Nov, 14:00 – 16:00'
    )
    expect(spanWords({ fromAt: at('2026-11-18T22:00:00'), toAt: at('2026-11-19T16:00:00') }, now)).toBe(
      'Wed 18 Nov, 22:00 – Thu 19 Nov, 16:00'
    )
    expect(spanWords({ fromAt: at('2026-11-20T22:00:00'), toAt: at('2026-11-21T01:30:00') }, now)).toBe(
      'Fri 20 Nov, 22:00 – today, 01:30'
    )
  })
})
