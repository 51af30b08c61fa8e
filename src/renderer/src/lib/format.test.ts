import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatAbout,
  formatRounded,
  formatAgo,
  formatBytes,
  formatBytesFine,
  formatBytesOf,
  formatBytesPerSecond,
  formatClock,
  formatCount,
  formatDay,
  formatDuration,
  formatSpan,
  formatTokenRate,
  plural
} from './format.ts'

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1 kB'],
    [312_400, '312 kB'],
    [999_500, '1.0 MB'],
    [4_200_000, '4.2 MB'],
    [274_000_000, '274 MB'],
    [999_600_000, '1.0 GB'],
    [7_912_345_678, '7.9 GB'],
    [42_520_000_000, '42.5 GB'],
    [128_000_000_000, '128 GB'],
    [999_499_999_999, '999 GB'],
    [999_500_000_000, '1.0 TB'],
    [1_500_000_000_000, '1.5 TB'],
    [999_500_000_000_000, '1.0 PB']
  ])('writes %d as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

  it('says unknown, never 0', () => {
    expect(formatBytes(null)).toBe('unknown')
    expect(formatBytes(null, '–')).toBe('–')
    expect(formatBytesPerSecond(null)).toBe('unknown')
  })

  it('shows two decimals where parts must add up to the eye', () => {
    expect(formatBytesFine(5_184_000_000)).toBe('5.18 GB')
    expect(formatBytesFine(31_400_000)).toBe('31 MB')
    expect(formatBytesFine(null)).toBe('unknown')
  })

  it('writes parts in the unit of the whole', () => {
    expect(formatBytesOf(1_400_000_000, 2_900_000_000)).toBe('1.4 of 2.9 GB')
    expect(formatBytesOf(90_000_000, 2_900_000_000)).toBe('0.1 of 2.9 GB')
    expect(formatBytesOf(12_000_000, 50_300_000)).toBe('12 of 50 MB')
  })

  it('never writes a four-digit number below the largest unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 15 }), (bytes) => {
        expect(formatBytes(bytes)).toMatch(/^\d{1,3}(\.\d)? (B|kB|MB|GB|TB|PB)$/)
      })
    )
  })
})

describe('durations', () => {
  it.each([
    [-5, '0:00'],
    [12_900, '0:12'],
    [252_000, '4:12'],
    [3_723_000, '1:02:03']
  ])('clock of %d ms is %s', (ms, text) => expect(formatClock(ms)).toBe(text))

  it.each([
    [412, '0.41 s'],
    [996, '1.0 s'],
    [6_240, '6.2 s'],
    [9_960, '10 s'],
    [59_700, '1 min'],
    [190_000, '3 min 10 s'],
    [7_500_000, '2 h 5 min']
  ])('%d ms took %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

  it.each([
    [0, '0 s'],
    [45, '45 s'],
    [1_800, '30 min'],
    [3_600, '1 h'],
    [5_400, '1 h 30 min'],
    [86_400, '1 day'],
    [180_000, '2 days 2 h'],
    [86_460, '1 day']
  ])('a span of %d s is %s', (seconds, text) => expect(formatSpan(seconds)).toBe(text))

  it('says unknown', () => expect(formatDuration(null)).toBe('unknown'))

  it('rounds what is only usual', () => {
    expect([400, 6_240, 72_000].map(formatRounded)).toEqual(['under 1 s', '6 s', '1 min 12 s'])
    expect([400, 6_240].map(formatAbout)).toEqual(['under 1 s', 'about 6 s'])
  })
})

describe('the rest', () => {
  it('writes rates and counts', () => {
    expect(formatTokenRate(31.44)).toBe('31.4 tok/s')
    expect(formatTokenRate(112.3)).toBe('112 tok/s')
    expect(formatTokenRate(null, '–')).toBe('–')
    expect(formatCount(16_384)).toBe('16,384')
    expect(plural(1, 'model')).toBe('1 model')
    expect(plural(0, 'model')).toBe('0 models')
  })

  it('names days by the calendar, not by 24 hours', () => {
    const now = new Date(2025, 5, 10, 0, 30).getTime()
    expect(formatDay(new Date(2025, 5, 10, 0, 5).getTime(), now)).toBe('today')
    expect(formatDay(new Date(2025, 5, 9, 23, 50).getTime(), now)).toBe('yesterday')
    expect(formatDay(new Date(2025, 5, 7, 12).getTime(), now)).toBe('3 days ago')
    expect(formatDay(new Date(2025, 2, 12).getTime(), now)).toBe('12 Mar')
    expect(formatDay(new Date(2024, 2, 12).getTime(), now)).toBe('12 Mar 2024')
    expect(formatAgo(new Date(2025, 5, 9, 23, 50).getTime(), now)).toBe('40 min ago')
    expect(formatAgo(now - 10_000, now)).toBe('just now')
    expect(formatAgo(now + 10_000, now)).toBe('just now')
  })
})
