/** Would catch: a broken card that takes the whole reading with it, figures of nowhere on an unknown system, a child started for nothing. */
import { describe, expect, it, vi } from 'vitest'
import { createFakeClock } from '../../lib/fakeClock.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { MachineProbe } from '../machineReading.ts'
import { testGpu, testReading } from '../testReadings.ts'
import { createFallbackProbe } from './fallbackProbe.ts'
import { combineProbes, createPlatformProbe } from './platformProbe.ts'
import type { ProcessPorts } from './ports.ts'
import { macFactsForTests } from './testTools.ts'

const GIB = 2 ** 30
const noFiles = { readText: () => null, readTail: () => null, list: () => [] }

function fakeProcesses(found: string | null) {
  const processes = {
    start: vi.fn<ProcessPorts['start']>(() => ({ write: () => {}, kill: () => {} })),
    run: vi.fn<ProcessPorts['run']>(async () => null),
    findExecutable: vi.fn<ProcessPorts['findExecutable']>(() => found),
    isAlive: () => false
  }
  return processes
}

function probeOf(platform: string, found: string | null) {
  const processes = fakeProcesses(found)
  const clock = createFakeClock()
  const facts = { ...macFactsForTests, platform, freeBytes: () => 6 * GIB }
  const probe = createPlatformProbe({ clock, logger: silentLogger, facts, files: noFiles, processes })
  return { probe, processes, clock }
}

function fixed(changes: Parameters<typeof testReading>[0], gpus = [testGpu()]) {
  const calls = { pace: vi.fn(), dispose: vi.fn(async () => {}) }
  const main: MachineProbe = { read: async () => testReading(changes), ...calls }
  return { main, card: { read: async () => gpus, ...calls }, calls }
}

const fallback = createFallbackProbe({ facts: { ...macFactsForTests, platform: 'linux' }, now: () => 0 })

describe('platform probe', () => {
  it('starts nothing where nvidia-smi is not found', async () => {
    const { probe, processes } = probeOf('linux', null)
    probe.pace(1_000)
    await probe.read()
    expect(processes.start).not.toHaveBeenCalled()
    expect(processes.run).not.toHaveBeenCalled()
  })

  it('starts one nvidia-smi where it is found', () => {
    const { probe, processes } = probeOf('linux', '/usr/bin/nvidia-smi')
    probe.pace(1_000)
    expect(processes.start.mock.calls.map(([command]) => command)).toEqual(['/usr/bin/nvidia-smi'])
  })

  it('on Windows knows total and used, roughly', async () => {
    const { probe } = probeOf('win32', null)
    expect(await probe.read()).toMatchObject({
      totalBytes: 16 * GIB,
      usedBytes: 10 * GIB,
      quality: 'estimated',
      system: 'windows'
    })
  })

  it('on an unreadable Linux falls back to the total alone', async () => {
    const { probe } = probeOf('linux', null)
    expect(await probe.read()).toMatchObject({ totalBytes: 16 * GIB, usedBytes: null, quality: 'estimated' })
  })

  it('adds the cards, and gives one without memory of its own the total of the machine', async () => {
    const { main, card } = fixed({}, [testGpu(), testGpu({ id: 'b', kind: 'unified', totalBytes: null })])
    const { gpus } = await combineProbes(main, fallback, [card]).read()
    expect(gpus.map((gpu) => gpu.totalBytes)).toEqual([16 * GIB, 24 * GIB])
  })

  it('knows the GPUs of its last reading, and reads them anew where asked', async () => {
    const files = {
      ...noFiles,
      readText: (file: string) =>
        file.endsWith('vendor')
          ? '0x1002'
          : file.endsWith('vram_total')
            ? String(8 * GIB)
            : file.endsWith('used')
              ? '5'
              : null,
      list: (folder: string) => (folder === '/sys/class/drm' ? ['card0'] : [])
    }
    const facts = { ...macFactsForTests, platform: 'linux' }
    const processes = fakeProcesses(null)
    const probe = createPlatformProbe({ clock: createFakeClock(), logger: silentLogger, facts, files, processes })
    expect(probe.lastGpus()).toEqual([])
    await probe.read()
    expect(probe.lastGpus()).toMatchObject([{ id: 'amd-card0', kind: 'dedicated' }])
    expect(await probe.readGpusNow()).toMatchObject([{ id: 'amd-card0', usedBytes: 5 }])
    expect(probe.gpuBytesOf(5)).toBeNull()
  })

  it('takes the figures of this moment, where a card is asked for them, not those of the stream', async () => {
    const { probe, processes } = probeOf('linux', '/usr/bin/nvidia-smi')
    const row = (usedMib: number): string => `0, GPU-a, NVIDIA Test, 24564, ${usedMib}, 0, 5, 41, 22.50`
    processes.run.mockImplementation(async () => row(700))
    probe.pace(60_000)
    processes.start.mock.calls[0]?.[2].line(row(1_200))
    expect((await probe.read()).gpus).toMatchObject([{ id: 'GPU-a', usedBytes: 1_200 * 2 ** 20 }])
    expect(await probe.readGpusNow()).toMatchObject([{ id: 'GPU-a', usedBytes: 700 * 2 ** 20 }])
    processes.run.mockImplementation(async () => null)
    expect(await probe.readGpusNow()).toMatchObject([{ id: 'GPU-a', usedBytes: 1_200 * 2 ** 20 }])
  })

  it.each(['linux', 'darwin', 'win32'])(
    'on %s looks for runners without failing where nothing can be told',
    async (platform) => {
      const { probe } = probeOf(platform, null)
      expect(await probe.runners.find()).toEqual([])
      expect(probe.runners.memoryOf({ pid: 4, parentPid: 1 })).toBeNull()
      expect((await probe.runners.footprintsOf([4])).size).toBe(0)
      expect(probe.runners.isAlive(4)).toBe(false)
    }
  )

  it('passes pace and end on to every part', async () => {
    const { main, card, calls } = fixed({})
    const probe = combineProbes(main, fallback, [card])
    probe.pace(5_000)
    await probe.dispose()
    expect(calls.pace.mock.calls).toEqual([[5_000], [5_000]])
    expect(calls.dispose).toHaveBeenCalledTimes(2)
  })
})
