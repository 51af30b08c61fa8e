/** Would catch: "[N/A]" shown as 0, an error line taken for a card, MiB taken for bytes, a screen connector taken for a card. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { damaged } from './damagedText.ts'
import { isCardFolder, isIntegratedByMetrics, parseSysfsNumber } from './parseAmdGpu.ts'
import { computeAppsByPid, parseComputeApps, sumComputeApps } from './parseComputeApps.ts'
import { parseNvidiaGpu } from './parseNvidiaGpu.ts'

const MIB = 2 ** 20
const row =
  '0, GPU-1f2e3d4c-0000-1111-2222-333344445555, NVIDIA RTX 4000, Test Edition, 20475, 1234, 19241, 37, 55, 61.25'

describe('nvidia-smi --query-gpu', () => {
  it('reads MiB as bytes and keeps commas in the name', () => {
    expect(parseNvidiaGpu(row)).toEqual({
      index: 0,
      uuid: 'GPU-1f2e3d4c-0000-1111-2222-333344445555',
      name: 'NVIDIA RTX 4000, Test Edition',
      totalBytes: 20_475 * MIB,
      usedBytes: 1_234 * MIB,
      loadPercent: 37,
      temperatureCelsius: 55,
      powerWatts: 61.25
    })
  })

  it.each([
    '[N/A]',
    'N/A',
    '[Not Supported]',
    '[Insufficient Permissions]',
    '[Requested functionality has been deprecated]',
    '[Unknown Error]',
    '[GPU requires reset]',
    ''
  ])('takes "%s" for unknown in every cell', (word) => {
    const gpu = parseNvidiaGpu(`0, GPU-1, Some GPU, ${Array.from({ length: 6 }, () => word).join(', ')}`)
    expect(gpu).toMatchObject({
      totalBytes: null,
      usedBytes: null,
      loadPercent: null,
      temperatureCelsius: null,
      powerWatts: null
    })
  })

  it('tells a true 0 from unknown', () => {
    expect(parseNvidiaGpu('0, GPU-1, Some GPU, 8192, 0, 8192, 0, 30, 0.00')).toMatchObject({
      usedBytes: 0,
      loadPercent: 0,
      powerWatts: 0
    })
  })

  it.each([
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that it, too, is, well, installed, and, yes, running.",
    'No devices were found',
    'Unable to determine the device handle for GPU0000:01:00.0: GPU has fallen off the bus.',
    'index, uuid, name, memory.total [MiB], memory.used [MiB], memory.free [MiB], utilization.gpu [%], temperature.gpu, power.draw [W]',
    '0, GPU-1, Some GPU, 8192, 0, 8192, 0, 30',
    ''
  ])('does not take "%s" for a card', (line) => {
    expect(parseNvidiaGpu(line)).toBeNull()
  })

  it('never throws, never invents', () => {
    fc.assert(
      fc.property(damaged(row), (text) => {
        const gpu = parseNvidiaGpu(text)
        const written = new Set((text.match(/\d+/g) ?? []).map(Number))
        for (const bytes of [gpu?.totalBytes ?? null, gpu?.usedBytes ?? null]) {
          if (bytes !== null) expect(written.has(bytes / MIB)).toBe(true)
        }
      })
    )
  })
})

describe('nvidia-smi --query-compute-apps', () => {
  it('reads pid and memory, past names in between', () => {
    expect(parseComputeApps('31, 218\n4242, a, b::c, 96073\nNo devices were found\n')).toEqual([
      { pid: 31, usedBytes: 218 * MIB },
      { pid: 4242, usedBytes: 96_073 * MIB }
    ])
  })

  it('adds the cards of one process, and knows no sum of which a part is unknown', () => {
    const byPid = computeAppsByPid(parseComputeApps('7, 10\n8, 1\n7, 5\n9, 4\n9, [N/A]\n9, 4\n'))
    expect([...byPid]).toEqual([
      [7, 15 * MIB],
      [8, MIB],
      [9, null]
    ])
  })

  it('has no sum when one part is unknown, and a true 0 when nothing runs', () => {
    expect(sumComputeApps(parseComputeApps('31, 218\n32, [N/A]\n'))).toBeNull()
    expect(sumComputeApps(parseComputeApps('31, 2\n32, 3\n'))).toBe(5 * MIB)
    expect(sumComputeApps(parseComputeApps(''))).toBe(0)
  })

  it('never throws, never invents', () => {
    fc.assert(
      fc.property(damaged('31, 218\n4242, x, 96073\n'), (text) => {
        const written = new Set((text.match(/\d+/g) ?? []).map(Number))
        for (const app of parseComputeApps(text)) {
          expect(written.has(app.pid)).toBe(true)
          expect(app.usedBytes === null || written.has(app.usedBytes / MIB)).toBe(true)
        }
      })
    )
  })
})

describe('AMD files in /sys', () => {
  it('tells cards from their connectors', () => {
    expect(['card0', 'card12', 'card1-eDP-1', 'renderD128', 'controlD64', 'version'].filter(isCardFolder)).toEqual([
      'card0',
      'card12'
    ])
  })

  it('tells graphics inside a processor from a card by the layout of gpu_metrics', () => {
    expect(isIntegratedByMetrics('\x80\x00\x01\x03rest')).toBe(false)
    expect(isIntegratedByMetrics('\x80\x00\x02\x02rest')).toBe(true)
    expect(isIntegratedByMetrics('\x08\x01\x03\x00rest')).toBe(true)
    for (const text of [null, '', 'ab', '\x80\x00\x09\x00']) expect(isIntegratedByMetrics(text)).toBeNull()
  })

  it('never throws, never invents', () => {
    fc.assert(
      fc.property(damaged('8589934592\n'), (text) => {
        const value = parseSysfsNumber(text)
        isIntegratedByMetrics(text)
        expect(value === null || String(value) === text.trim().replace(/^0+(?=\d)/, '')).toBe(true)
      })
    )
  })
})
