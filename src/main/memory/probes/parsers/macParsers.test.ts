/** Would catch: a guessed page size, shifted columns taken for memory, "0 = no limit" taken for a limit, the wrong GPU counter. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ioregLine, macPages, macUsedBytes, vmStatHeader, vmStatRow, vmStatText } from '../testTools.ts'
import { damaged } from './damagedText.ts'
import { parseDeviceList } from './parseDeviceList.ts'
import { parseModelName } from './parseHardware.ts'
import { parsePerformanceStatistics } from './parsePerformanceStatistics.ts'
import { parsePressureLevel, parseSwapUsed, parseSysctlLines, parseWiredLimit } from './parseSysctl.ts'
import { parsePageSize, parseVmStatText } from './parseVmStatText.ts'
import { areConsistent, usedByPages, type VmPages } from './vmPages.ts'
import { createVmStatRows } from './vmStatRows.ts'

const GIB = 2 ** 30
const MIB = 2 ** 20

function lastRow(text: string): VmPages | null {
  const parse = createVmStatRows()
  return (
    text
      .split('\n')
      .map(parse)
      .findLast((row) => row !== null) ?? null
  )
}

describe('vm_stat', () => {
  it('gives the same pages in its text and in its stream', () => {
    const fromText = parseVmStatText(vmStatText())
    expect(fromText).toEqual({ pageBytes: 16_384, count: macPages })
    expect(lastRow(`${vmStatHeader}\n${vmStatRow()}`)).toEqual(fromText)
  })

  it("used is Activity Monitor's: anonymous - purgeable + wired + compressor", () => {
    expect(usedByPages({ pageBytes: 16_384, count: macPages }, 16 * GIB)).toBe(macUsedBytes)
  })

  it('finds columns by their names, wherever they stand', () => {
    const [size, names = ''] = vmStatHeader.split('\n')
    const turn = (line: string): string => line.trim().split(/\s+/).reverse().join(' ')
    // A header that does not begin with "free" is no header, so it is led in by the real one's first word.
    const moved = `${size}\nfree ${turn(names)}\n0 ${turn(vmStatRow())}`
    expect(lastRow(moved)?.count.anonymous).toBe(macPages.anonymous)
    expect(lastRow(moved)?.count.compressor).toBe(macPages.compressor)
  })

  it('reads counts in thousands, and takes the header that comes again', () => {
    const rows = `${vmStatHeader}\n${vmStatRow()}\n${vmStatHeader}\n${vmStatRow().replace('300000', '300K')}`
    expect(lastRow(rows)?.count.active).toBe(300_000)
  })

  it('answers no row without header, without page size, with a cell too many or too few', () => {
    expect(lastRow(vmStatRow())).toBeNull()
    expect(lastRow(`${vmStatHeader.split('\n')[1]}\n${vmStatRow()}`)).toBeNull()
    expect(lastRow(`${vmStatHeader}\n${vmStatRow()} 5`)).toBeNull()
    expect(lastRow(`${vmStatHeader}\n1 2 3`)).toBeNull()
    expect(parseVmStatText(vmStatText().replace(/Anonymous.*\n/, ''))).toBeNull()
  })

  it('never throws, never invents', () => {
    const numbers = (text: string): Set<number> =>
      new Set((text.match(/\d+/g) ?? []).flatMap((n) => [Number(n), Number(n) * 1000]))
    fc.assert(
      fc.property(damaged(vmStatText()), damaged(`${vmStatHeader}\n${vmStatRow()}`), (text, stream) => {
        for (const [source, pages] of [
          [text, parseVmStatText(text)],
          [stream, lastRow(stream)]
        ] as const) {
          const written = numbers(source)
          for (const count of pages === null ? [] : Object.values(pages.count)) expect(written.has(count)).toBe(true)
        }
        parsePageSize(text)
      })
    )
  })

  it('used is never outside the memory there is, whatever the counts', () => {
    const count = fc.nat(2 ** 22)
    const counts = fc.record(Object.fromEntries(Object.keys(macPages).map((kind) => [kind, count]))) as fc.Arbitrary<
      typeof macPages
    >
    fc.assert(
      fc.property(counts, (pages) => {
        const used = usedByPages({ pageBytes: 16_384, count: pages }, 16 * GIB)
        expect(used === null || (used >= 0 && used <= 16 * GIB)).toBe(true)
      })
    )
  })

  it('contradictory counts are told from sound ones', () => {
    const pages = (change: Partial<typeof macPages>): VmPages => ({
      pageBytes: 16_384,
      count: { ...macPages, ...change }
    })
    expect(areConsistent(pages({}), 16 * GIB)).toBe(true)
    expect(areConsistent(pages({ fileBacked: 210_000 }), 16 * GIB)).toBe(false)
    expect(areConsistent(pages({}), 32 * GIB)).toBe(false)
    expect(areConsistent({ ...pages({}), pageBytes: 4096 }, 16 * GIB)).toBe(false)
  })
})

describe('sysctl', () => {
  it('keeps each value with its name, whatever is missing between', () => {
    const values = parseSysctlLines([
      'a.b: 1',
      "unknown oid 'c.d'",
      "sysctl: unknown oid 'e.f'",
      'g.h = 2',
      '',
      '12345'
    ])
    expect([values.get('a.b'), values.get('c.d'), values.get('e.f'), values.get('g.h')]).toEqual([
      '1',
      undefined,
      undefined,
      '2'
    ])
  })

  it.each([
    ['total = 2048.00M  used = 123.25M  free = 1924.75M', 123.25 * MIB],
    ['total = 15360.00M  used = 5120.00M  free = 10240.00M  (encrypted)', 5120 * MIB],
    ['total = 4.00G used = 1.50G free = 2.50G', 1.5 * GIB],
    ['total = 900.00K  used = 12.00K  free = 888.00K', 12 * 1024],
    ['total = 0.00M  used = 0.00M  free = 0.00M  (encrypted)', 0],
    ['total = 1024,00M  used = 12,50M  free = 1M', null],
    ['total = 1024.00M  used = 12.50', null],
    [undefined, null]
  ])('swap in use of "%s" is %s', (value, bytes) => {
    expect(parseSwapUsed(value)).toBe(bytes)
  })

  it('knows three levels of pressure and no other', () => {
    expect(['1', '2', '4', '0', '3', '', undefined].map(parsePressureLevel)).toEqual([
      'normal',
      'warn',
      'critical',
      null,
      null,
      null,
      null
    ])
  })

  it('never throws, never invents', () => {
    const line = 'vm.swapusage: total = 15360.00M  used = 5120.00M  free = 10240.00M  (encrypted)'
    fc.assert(
      fc.property(damaged(line), (text) => {
        const bytes = parseSwapUsed(parseSysctlLines([text]).get('vm.swapusage'))
        expect(bytes === null || (Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true)
        const limit = parseWiredLimit(text)
        expect(limit === null || limit > 0).toBe(true)
      })
    )
  })
})

describe('ioreg PerformanceStatistics', () => {
  it('reads what is allocated and the load of the device', () => {
    expect(parsePerformanceStatistics([ioregLine(5 * GIB, 17)])).toEqual({ allocatedBytes: 5 * GIB, loadPercent: 17 })
  })

  it('takes the accelerator that has allocated most, and none for lines of other things', () => {
    const lines = [
      ioregLine(10, 1),
      '"PerformanceStatistics" = {}',
      ioregLine(5 * GIB, 17),
      ioregLine(7, 2),
      'PerformanceStatistics'
    ]
    expect(parsePerformanceStatistics(lines)?.allocatedBytes).toBe(5 * GIB)
    expect(parsePerformanceStatistics(['"PerformanceStatistics" = {}', ''])).toBeNull()
  })

  it('says unknown for a missing key, a wrapped counter and a load over 100', () => {
    const only = (inner: string) => parsePerformanceStatistics([`"PerformanceStatistics" = {${inner}}`])
    expect(only('"Device Utilization %"=3')).toEqual({ allocatedBytes: null, loadPercent: 3 })
    expect(only('"Alloc system memory"=-1717043200,"Device Utilization %"=300')).toBeNull()
    expect(only('"In use system memory (driver)"=7,"In use system memory"=9')).toBeNull()
  })

  it('never throws, never invents', () => {
    fc.assert(
      fc.property(damaged(ioregLine(123_456, 17)), (text) => {
        const counters = parsePerformanceStatistics([text])
        const written = new Set((text.match(/\d+/g) ?? []).map(Number))
        for (const value of counters === null ? [] : Object.values(counters))
          expect(value === null || written.has(value)).toBe(true)
      })
    )
  })
})

describe('one-time facts', () => {
  it('reads a device list, and no "free" from it', () => {
    const text =
      'Available devices:\n  MTL0: Apple M4 (11000 MiB, 11000 MiB free)\n  BLAS: Accelerate (0 MiB, 0 MiB free)\n'
    expect(parseDeviceList(text)).toEqual([{ id: 'MTL0', name: 'Apple M4', totalBytes: 11_000 * MIB }])
  })

  it("reads a Mac's name and nothing that identifies it", () => {
    const lines = [
      'Hardware:',
      '      Model Name: Mac mini',
      '      Serial Number (system): X123',
      '      Memory: 16 GB'
    ]
    expect(parseModelName(lines)).toBe('Mac mini')
    expect(parseModelName(['      Serial Number (system): X123'])).toBeNull()
  })

  it('never throw, never invent', () => {
    fc.assert(
      fc.property(damaged('  MTL0: Apple M4 (11000 MiB, 11000 MiB free)'), (text) => {
        parseModelName([text])
        const written = new Set((text.match(/\d+/g) ?? []).map(Number))
        for (const device of parseDeviceList(text)) expect(written.has(device.totalBytes / MIB)).toBe(true)
      })
    )
  })
})
