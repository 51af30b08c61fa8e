/** Would catch: a carve-out of 512 MB shown as the graphics' memory, connectors taken for cards, a sleeping card woken every second. */
import { describe, expect, it } from 'vitest'
import { createAmdProbe } from './amdProbe.ts'
import type { FilePorts } from './ports.ts'

const GIB = 2 ** 30
const drm = '/sys/class/drm'

function fakeFiles(files: Record<string, string>, reads: string[] = []): FilePorts {
  const inside = (folder: string): string[] =>
    Object.keys(files)
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1).split('/')[0] ?? '')
  return {
    readText(path) {
      reads.push(path)
      return files[path] ?? null
    },
    readTail: () => null,
    list: (folder) => [...new Set(inside(folder))]
  }
}

function card(name: string, metrics: string, extra: Record<string, string> = {}): Record<string, string> {
  const device = `${drm}/${name}/device`
  const files = {
    vendor: '0x1002\n',
    gpu_metrics: metrics,
    mem_info_vram_total: `${16 * GIB}\n`,
    mem_info_vram_used: `${2 * GIB}\n`,
    mem_info_gtt_total: `${8 * GIB}\n`,
    mem_info_gtt_used: `${GIB}\n`,
    gpu_busy_percent: '34\n',
    'power/runtime_status': 'active\n',
    'hwmon/hwmon3/temp1_input': '54000\n',
    'hwmon/hwmon3/power1_average': '45500000\n',
    ...extra
  }
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [`${device}/${file}`, text]))
}

const ofCard = '\x80\x00\x01\x03'
const integrated = '\x80\x00\x02\x02'

describe('AMD probe', () => {
  it('reads a card with its sensors', async () => {
    const files = {
      ...card('card1', ofCard),
      [`${drm}/card1-DP-1/status`]: 'connected',
      [`${drm}/card0/device/vendor`]: '0x8086\n'
    }
    expect(await createAmdProbe({ files: fakeFiles(files) }).read()).toEqual([
      {
        id: 'amd-card1',
        name: 'AMD graphics',
        kind: 'dedicated',
        totalBytes: 16 * GIB,
        usedBytes: 2 * GIB,
        loadPercent: 34,
        temperatureCelsius: 54,
        powerWatts: 45.5
      }
    ])
  })

  it('adds carve-out and GTT for graphics inside a processor, known by gpu_metrics or by a tiny carve-out', async () => {
    const small = { mem_info_vram_total: `${GIB / 2}\n`, mem_info_vram_used: '0\n' }
    for (const metrics of [integrated, '']) {
      const files = fakeFiles(card('card0', metrics, small))
      expect(await createAmdProbe({ files }).read()).toMatchObject([
        { kind: 'gtt', totalBytes: 8.5 * GIB, setAsideBytes: GIB / 2, usedBytes: GIB }
      ])
    }
  })

  it('shows no half of a sum', async () => {
    const files = fakeFiles(card('card0', integrated, { mem_info_gtt_used: 'garbage' }))
    expect(await createAmdProbe({ files }).read()).toMatchObject([{ totalBytes: 24 * GIB, usedBytes: null }])
  })

  it('lets a sleeping card sleep', async () => {
    const reads: string[] = []
    const files = fakeFiles(card('card0', ofCard, { 'power/runtime_status': 'suspended\n' }), reads)
    const probe = createAmdProbe({ files })
    reads.length = 0
    expect(await probe.read()).toMatchObject([
      { totalBytes: 16 * GIB, usedBytes: null, loadPercent: null, powerWatts: null }
    ])
    expect(reads).toEqual([`${drm}/card0/device/power/runtime_status`])
  })

  it('is empty where there is no such card', async () => {
    expect(await createAmdProbe({ files: fakeFiles({}) }).read()).toEqual([])
  })
})
