/** Would catch: a parser that throws on odd text, or answers a number that is not in it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { damaged } from './damagedText.ts'
import { parseCgroupCache, parseCgroupLimit, parseCgroupPath, parseCgroupUsage } from './parseCgroup.ts'
import { parseMeminfo } from './parseMeminfo.ts'
import { parseMemoryStall } from './parseMemoryStall.ts'
import { parseProcessStatus } from './parseProcessStatus.ts'
import { parseDecimal, parseScaled, parseWhole } from './parseWhole.ts'

const meminfo = `MemTotal:       24684096 kB
MemFree:        24172156 kB
MemAvailable:   24286072 kB
Buffers:            1280 kB
SwapTotal:       2097148 kB
SwapFree:        1048572 kB
`
const status = `Name:\tllama\nVmPeak:\t 1234 kB\nVmRSS:\t   99096 kB\nRssAnon:\t   45128 kB\nRssFile:\t   53968 kB\nRssShmem:\t      16 kB\n`
const stall = `some avg10=12.50 avg60=0.10 avg300=0.00 total=81\nfull avg10=3.00 avg60=0.00 avg300=0.00 total=7\n`
const memoryStat =
  'anon 8192\nfile 4096\nactive_file 1024\ninactive_file 2048\ntotal_active_file 10\ntotal_inactive_file 20\n'

const isAmount = (value: number | null): boolean => value === null || (Number.isSafeInteger(value) && value >= 0)
const digitsOf = (text: string): Set<number> => new Set((text.match(/\d+/g) ?? []).map(Number))

describe('numbers', () => {
  it('are whole, exact and as written, or unknown', () => {
    expect(['0', '42', '9007199254740991'].map(parseWhole)).toEqual([0, 42, Number.MAX_SAFE_INTEGER])
    for (const text of ['', ' 1', '-1', '1.5', '1e3', '0x10', '9007199254740992', 'N/A', undefined])
      expect(parseWhole(text)).toBeNull()
    expect(parseScaled('9007199254740991', 1024)).toBeNull()
    expect(['37.25', '-4', '0'].map(parseDecimal)).toEqual([37.25, -4, 0])
    for (const text of ['[N/A]', '1,5', 'NaN', 'Infinity', '1e9', '']) expect(parseDecimal(text)).toBeNull()
  })
})

describe('/proc/meminfo', () => {
  it('is read in bytes', () => {
    expect(parseMeminfo(meminfo)).toEqual({
      totalBytes: 24_684_096 * 1024,
      availableBytes: 24_286_072 * 1024,
      swapUsedBytes: 1_048_576 * 1024
    })
  })

  it('without MemAvailable (old kernels) leaves it unknown instead of taking MemFree', () => {
    expect(parseMeminfo(meminfo.replace(/MemAvailable.*\n/, '')).availableBytes).toBeNull()
  })

  it('never throws, never invents', () => {
    fc.assert(
      fc.property(damaged(meminfo), (text) => {
        const { totalBytes, availableBytes, swapUsedBytes } = parseMeminfo(text)
        const written = digitsOf(text)
        expect([totalBytes, availableBytes, swapUsedBytes].every(isAmount)).toBe(true)
        for (const bytes of [totalBytes, availableBytes])
          if (bytes !== null) expect(written.has(bytes / 1024)).toBe(true)
      })
    )
  })
})

describe('/proc/PID/status', () => {
  it('counts shared memory with anonymous memory, as the system does', () => {
    expect(parseProcessStatus(status)).toEqual({ anonBytes: (45_128 + 16) * 1024, fileBytes: 53_968 * 1024 })
  })

  it('of a kernel thread or a zombie is null', () => {
    expect(parseProcessStatus('Name:\tkthreadd\nState:\tZ (zombie)\n')).toBeNull()
  })

  it('never throws, never invents', () => {
    fc.assert(
      fc.property(damaged(status), (text) => {
        const memory = parseProcessStatus(text)
        if (memory === null) return
        expect(isAmount(memory.anonBytes)).toBe(true)
        expect(digitsOf(text).has(memory.fileBytes / 1024)).toBe(true)
      })
    )
  })
})

describe('/proc/pressure/memory', () => {
  it('is read for the last ten seconds', () => {
    expect(parseMemoryStall(stall)).toEqual({ somePercent: 12.5, fullPercent: 3 })
  })

  it('is null where it is switched off, and where it makes no sense', () => {
    expect(parseMemoryStall('')).toBeNull()
    expect(parseMemoryStall(stall.replace('12.50', '112.50'))).toBeNull()
  })

  it('never throws, never leaves 0 to 100', () => {
    fc.assert(
      fc.property(damaged(stall), (text) => {
        const parsed = parseMemoryStall(text)
        for (const percent of parsed === null ? [] : Object.values(parsed)) {
          expect(percent).toBeGreaterThanOrEqual(0)
          expect(percent).toBeLessThanOrEqual(100)
        }
      })
    )
  })
})

describe('control groups', () => {
  it('are found in both versions, and version 1 first where both are mounted', () => {
    expect(parseCgroupPath('0::/user.slice/app.scope\n')).toEqual({ version: 2, path: '/user.slice/app.scope' })
    expect(parseCgroupPath('5:devices:/\n4:memory:/docker/abc\n0::/\n')).toEqual({ version: 1, path: '/docker/abc' })
    expect(parseCgroupPath('3:cpu,memory:/x\n')).toEqual({ version: 1, path: '/x' })
    expect(parseCgroupPath('1:cpu:/\n')).toBeNull()
  })

  it('say "no limit" in two ways, and neither is a number', () => {
    expect(parseCgroupLimit('max\n')).toBeNull()
    expect(parseCgroupLimit('9223372036854771712\n')).toBeNull()
    expect(parseCgroupLimit('2147483648\n')).toBe(2 ** 31)
  })

  it("count the cache of a group's children only where they are in its usage", () => {
    expect(parseCgroupCache(memoryStat, 2)).toBe(3072)
    expect(parseCgroupCache(memoryStat, 1)).toBe(30)
    expect(parseCgroupCache('anon 5\n', 2)).toBeNull()
  })

  it('never throw, never invent', () => {
    fc.assert(
      fc.property(damaged(memoryStat), damaged('4:memory:/docker/abc\n0::/\n'), (text, groups) => {
        parseCgroupPath(groups)
        for (const value of [parseCgroupLimit(text), parseCgroupUsage(text), parseCgroupCache(text, 2)])
          expect(isAmount(value)).toBe(true)
      })
    )
  })
})
