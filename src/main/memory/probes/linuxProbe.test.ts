/** Would catch: the machine shown where a container's limit rules, cache counted as used, a probe that dies with an odd /proc. */
import os from 'node:os'
import { describe, expect, it } from 'vitest'
import { createContainerMemory } from './containerMemory.ts'
import { judgeLinuxPressure } from './linuxPressure.ts'
import { createLinuxProbe } from './linuxProbe.ts'
import { createProcessMemoryReader } from './linuxProcess.ts'
import type { FilePorts, SystemFacts } from './ports.ts'
import { createFilePorts, readSystemFacts } from './systemPorts.ts'

const GIB = 2 ** 30
const facts: SystemFacts = {
  platform: 'linux',
  release: '6.8',
  cpuModel: 'Testchip 9',
  totalBytes: 0,
  freeBytes: () => 0,
  homeDirectory: '/home/tester'
}

function fakeFiles(files: Record<string, string>, reads: string[] = []): FilePorts {
  return {
    readText(path) {
      reads.push(path)
      return files[path] ?? null
    },
    readTail: () => null,
    list: (path) => (path === '/' ? ['proc'] : [])
  }
}

const kib = (gib: number): number => gib * 1024 * 1024
const meminfo = `MemTotal: ${kib(16)} kB\nMemAvailable: ${kib(12)} kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n`
const limited = {
  '/proc/meminfo': meminfo,
  '/proc/self/cgroup': '0::/a/b\n',
  '/sys/fs/cgroup/a/b/memory.max': 'max\n',
  '/sys/fs/cgroup/a/memory.max': `${4 * GIB}\n`,
  '/sys/fs/cgroup/a/memory.current': `${3 * GIB}\n`,
  '/sys/fs/cgroup/a/memory.stat': `active_file ${GIB / 2}\ninactive_file ${GIB / 2}\n`,
  '/sys/fs/cgroup/a/memory.swap.current': '4096\n'
}

describe('Linux probe', () => {
  it('reads the machine where nothing limits it', async () => {
    const reading = await createLinuxProbe({
      files: fakeFiles({ '/proc/meminfo': meminfo }),
      facts,
      now: () => 7
    }).read()
    expect(reading).toMatchObject({
      readAt: 7,
      machine: 'Testchip 9, 16 GB',
      totalBytes: 16 * GIB,
      usedBytes: 4 * GIB,
      availableBytes: 12 * GIB,
      swapUsedBytes: 0,
      pressure: 'normal',
      containerLimit: null,
      source: '/proc/meminfo'
    })
  })

  it("takes a parent group's limit for the memory there is, without the file cache in it", async () => {
    const reading = await createLinuxProbe({ files: fakeFiles(limited), facts, now: () => 0 }).read()
    expect(reading).toMatchObject({
      machine: 'Testchip 9, 4 GB, container',
      totalBytes: 4 * GIB,
      usedBytes: 2 * GIB,
      availableBytes: 2 * GIB,
      swapUsedBytes: 4096,
      containerLimit: { bytes: 4 * GIB }
    })
  })

  it('promises no more than the machine has left, whatever the container may', async () => {
    const files = fakeFiles({ ...limited, '/proc/meminfo': meminfo.replace(String(kib(12)), String(kib(1))) })
    expect((await createLinuxProbe({ files, facts, now: () => 0 }).read()).availableBytes).toBe(GIB)
  })

  it('reads a version 1 group that shows itself as the root', async () => {
    const files = fakeFiles({
      '/proc/meminfo': meminfo,
      '/proc/self/cgroup': '4:memory:/docker/0123\n0::/\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${2 * GIB}\n`,
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': `${GIB}\n`,
      '/sys/fs/cgroup/memory/memory.stat': 'total_active_file 0\ntotal_inactive_file 1024\n'
    })
    expect(await createLinuxProbe({ files, facts, now: () => 0 }).read()).toMatchObject({
      totalBytes: 2 * GIB,
      usedBytes: GIB - 1024,
      swapUsedBytes: null
    })
  })

  it('says unknown where /proc cannot be read', async () => {
    const reading = await createLinuxProbe({ files: fakeFiles({}), facts, now: () => 0 }).read()
    expect(reading).toMatchObject({
      totalBytes: null,
      usedBytes: null,
      availableBytes: null,
      swapUsedBytes: null,
      pressure: null
    })
  })

  it('looks for the limiting group once a minute, not on every sample', () => {
    const reads: string[] = []
    let now = 0
    const read = createContainerMemory(fakeFiles(limited, reads), () => now)
    for (; now < 60_000; now += 1_000) read(16 * GIB)
    expect(reads.filter((path) => path === '/proc/self/cgroup')).toHaveLength(1)
    read(16 * GIB)
    expect(reads.filter((path) => path === '/proc/self/cgroup')).toHaveLength(2)
  })
})

describe('Linux pressure', () => {
  it.each([
    [{ somePercent: 0, fullPercent: 0 }, 100, 50, 'normal'],
    [{ somePercent: 15, fullPercent: 0 }, 100, 50, 'warn'],
    [{ somePercent: 60, fullPercent: 20 }, 100, 50, 'critical'],
    [{ somePercent: 0, fullPercent: 0 }, 100, 3, 'critical'],
    [null, 100, 7, 'warn'],
    [null, 100, 50, 'normal'],
    [null, null, null, null]
  ] as const)('%o with %s total, %s available is %s', (stall, total, available, pressure) => {
    expect(judgeLinuxPressure(stall, total, available)).toBe(pressure)
  })
})

describe.runIf(process.platform === 'linux')('on this machine', () => {
  it('agrees with Node about the total, and reads what is used, available and swapped', async () => {
    const reading = await createLinuxProbe({ files: createFilePorts(), facts: readSystemFacts(), now: Date.now }).read()
    if (reading.containerLimit === null)
      expect(Math.abs((reading.totalBytes ?? 0) / os.totalmem() - 1)).toBeLessThan(0.01)
    expect(reading.usedBytes).toBeGreaterThan(0)
    expect(reading.usedBytes).toBeLessThan(reading.totalBytes ?? 0)
    expect(reading.availableBytes).toBeGreaterThan(0)
    expect(reading.machine).not.toContain(os.hostname())
  })

  it('reads the resident memory of this process, and nothing of one that is not there', async () => {
    const read = createProcessMemoryReader()
    const memory = await read(process.pid)
    const sum = (memory?.anonBytes ?? 0) + (memory?.fileBytes ?? 0)
    expect(Math.abs(sum / process.memoryUsage.rss() - 1)).toBeLessThan(0.1)
    for (const pid of [2 ** 22 + 7, 0, -1, 1.5, Number.NaN]) expect(await read(pid)).toBeNull()
  })

  it('sees memory that this process takes, and that it is given back', async () => {
    const read = createProcessMemoryReader()
    const before = (await read(process.pid))?.anonBytes ?? 0
    const block = new SharedArrayBuffer(128 * 2 ** 20)
    new Uint8Array(block).fill(1)
    const after = (await read(process.pid))?.anonBytes ?? 0
    expect(after - before).toBeGreaterThan(100 * 2 ** 20)
    expect(block.byteLength).toBe(128 * 2 ** 20)
  })
})
