/** Would catch: a Mac shown with wrong, old or invented figures when one of its tools dies, stalls, babbles or is missing. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createFakeClock } from '../../lib/fakeClock.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { MachineReading } from '../machineReading.ts'
import { createMacProbe } from './macProbe.ts'
import {
  createTestTools,
  ioregLine,
  isAlive,
  macFactsForTests,
  macPages,
  macUsedBytes,
  patient,
  vmStatHeader,
  vmStatRow,
  vmStatText,
  type TestTools
} from './testTools.ts'

const GIB = 2 ** 30
const MIB = 2 ** 20
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const noLog = { readTail: () => null }
const streaming = `case "$1" in '') cat "$here/once" ;; *) cat "$here/rows"; exec sleep 60 ;; esac`
const sysctl =
  'kern.memorystatus_vm_pressure_level: 2\nvm.swapusage: total = 2048.00M  used = 512.00M  free = 1536.00M  (encrypted)\niogpu.wired_limit_mb: 0\n'

function setUp(
  scripts: Partial<
    Record<'vm_stat' | 'sysctl' | 'ioreg' | 'system_profiler' | 'llama-server' | 'memory_pressure', string>
  > = {},
  files: { readTail: (path: string, maxBytes: number) => string | null } = noLog
) {
  const tools = createTestTools('darwin')
  tools.file('once', vmStatText())
  tools.file('rows', `${vmStatHeader}\n${vmStatRow()}\n`)
  tools.file('sysctl.txt', sysctl)
  tools.file('ioreg.txt', `"IOReportLegend" = ()\n${ioregLine(5 * GIB, 17)}\n`)
  const all = {
    vm_stat: streaming,
    sysctl: 'cat "$here/sysctl.txt"',
    ioreg: 'cat "$here/ioreg.txt"',
    system_profiler: 'echo "      Model Name: Mac mini"',
    ...scripts
  }
  for (const [name, script] of Object.entries(all)) tools.tool(name, script)
  const clock = createFakeClock()
  const probe = createMacProbe({
    processes: tools.processes,
    files,
    facts: macFactsForTests,
    clock,
    logger: silentLogger
  })
  ends.push(async () => {
    await probe.dispose()
    tools.remove()
  })
  return { tools, clock, probe }
}

/** Reads again until it is as expected: facts asked in the background come when they come. */
async function readUntil(probe: { read(): Promise<MachineReading> }, expected: object): Promise<void> {
  await vi.waitFor(async () => expect(await probe.read()).toMatchObject(expected), patient)
}

function allStarted(tools: TestTools): number[] {
  return ['vm_stat', 'sysctl', 'ioreg', 'system_profiler'].flatMap((name) => tools.started(name))
}

describe.runIf(process.platform === 'linux')('Mac probe with made-up tools', () => {
  it('reads everything, from one vm_stat that keeps running', async () => {
    const { tools, probe } = setUp()
    probe.pace(1_000)
    await readUntil(probe, {
      machine: 'Mac mini M4, 16 GB',
      totalBytes: 16 * GIB,
      usedBytes: macUsedBytes,
      availableBytes: 16 * GIB - macUsedBytes,
      usedFormula: 'app + wired + compressed',
      swapUsedBytes: 512 * MIB,
      pressure: 'warn',
      workingSet: { quality: 'estimated' },
      system: 'macos'
    })
    const { gpus, workingSet } = await probe.read()
    expect(gpus).toEqual([
      {
        id: 'apple-gpu',
        name: 'Apple M4',
        kind: 'unified',
        totalBytes: workingSet?.bytes,
        usedBytes: 5 * GIB,
        loadPercent: 17,
        temperatureCelsius: null,
        powerWatts: null
      }
    ])
    expect(tools.started('vm_stat')).toHaveLength(1)
  })

  it('takes no row of before the clock was set back for one of now', async () => {
    const { tools, clock, probe } = setUp()
    probe.pace(1_000)
    await readUntil(probe, { usedBytes: macUsedBytes })
    clock.setBack(3_600_000)
    expect(await probe.read()).toMatchObject({ usedBytes: macUsedBytes, readAt: clock.now() })
    expect(tools.started('vm_stat')).toHaveLength(2)
  })

  it("takes the administrator's limit before llama-server's list, and that before the table", async () => {
    const { tools, probe } = setUp({ 'llama-server': 'echo "  MTL0: Apple M4 (12000 MiB, 12000 MiB free)"' })
    probe.pace(1_000)
    await readUntil(probe, { workingSet: { bytes: 12_000 * MIB, quality: 'reported' } })
    tools.file('sysctl.txt', sysctl.replace('wired_limit_mb: 0', 'wired_limit_mb: 14336'))
    await readUntil(probe, { workingSet: { bytes: 14_336 * MIB, quality: 'measured' } })
  })

  it("takes the limit in Ollama's log, read from its end, where nothing better is told", async () => {
    const readTail = vi.fn(() => 'a\nggml_metal_device_init: recommendedMaxWorkingSetSize  = 12713.12 MB\nb\n')
    const { probe } = setUp({}, { readTail })
    probe.pace(1_000)
    await readUntil(probe, { workingSet: { bytes: 12_713_120_000, quality: 'reported' } })
    expect(readTail.mock.calls).toEqual([['/Users/tester/.ollama/logs/server.log', 524_288]])
  })

  it('believes no limit over the memory there is, wherever it is from', async () => {
    const { probe, tools } = setUp(
      { 'llama-server': 'echo "  MTL0: Apple M4 (99000 MiB, 99000 MiB free)"' },
      { readTail: () => 'ggml_metal_init: recommendedMaxWorkingSetSize  = 99999.00 MB\n' }
    )
    tools.file('sysctl.txt', sysctl.replace('wired_limit_mb: 0', 'wired_limit_mb: 99000'))
    probe.pace(1_000)
    await readUntil(probe, { workingSet: { quality: 'estimated' } })
    await vi.waitFor(() => expect(tools.started('llama-server')).toHaveLength(1), patient)
    await readUntil(probe, { workingSet: { quality: 'estimated' } })
  })

  it.each([
    ['61%', 'normal'],
    ['38%', null]
  ])('without the level of pressure, with %s free, knows %s', async (percent, pressure) => {
    const { probe } = setUp({
      sysctl: 'echo "vm.swapusage: total = 0.00M  used = 0.00M  free = 0.00M"',
      memory_pressure: `test "$1" = -Q && echo "System-wide memory free percentage: ${percent}"`
    })
    probe.pace(1_000)
    await readUntil(probe, { swapUsedBytes: 0, pressure })
  })

  it('runs vm_stat once per reading when the stream dies, and goes back to the stream when that lives', async () => {
    const whenAllowed = 'test -e "$here/allowed" && { cat "$here/rows"; exec sleep 60; }'
    const { tools, clock, probe } = setUp({ vm_stat: `case "$1" in '') cat "$here/once" ;; *) ${whenAllowed} ;; esac` })
    tools.file('once', vmStatText({ ...macPages, wired: macPages.wired + 65_536, free: macPages.free - 65_536 }))
    probe.pace(1_000)
    await readUntil(probe, { usedBytes: macUsedBytes + GIB })
    tools.file('allowed', '')
    await clock.advance(1_000)
    await readUntil(probe, { usedBytes: macUsedBytes })
  })

  it.each([
    ['garbage', 'while :; do echo "free lunch 1 2 3"; sleep 0.02; done'],
    ['rows that do not add up', `cat "$here/bad"; exec sleep 60`],
    ['nothing at all', 'exec sleep 60'],
    ['an error', 'exit 1']
  ])('knows no used memory, and all the rest, when vm_stat prints %s', async (_, script) => {
    const { tools, clock, probe } = setUp({ vm_stat: script })
    tools.file('bad', `${vmStatHeader}\n${vmStatRow({ ...macPages, anonymous: 90_000 })}\n`)
    probe.pace(1_000)
    const reading = probe.read()
    await vi.waitFor(() => expect(tools.started('ioreg').length).toBeGreaterThan(0), patient)
    // First the wait for the stream's first row runs out, then that for one run of its own.
    await clock.advance(1_200)
    await vi.waitFor(() => expect(tools.started('vm_stat').length).toBeGreaterThan(1), patient)
    await clock.advance(1_500)
    expect(await reading).toMatchObject({ usedBytes: null, availableBytes: null, totalBytes: 16 * GIB })
  })

  it('says unknown, never 0, for what sysctl and ioreg do not tell', async () => {
    const { probe } = setUp({ sysctl: `echo "sysctl: unknown oid 'vm.swapusage'" >&2; exit 1`, ioreg: 'true' })
    probe.pace(1_000)
    await readUntil(probe, { usedBytes: macUsedBytes, swapUsedBytes: null, pressure: null })
    expect((await probe.read()).gpus[0]).toMatchObject({ usedBytes: null, loadPercent: null })
  })

  it('names no working set and no GPU on an Intel Mac', async () => {
    const { tools, clock } = setUp()
    const facts = { ...macFactsForTests, cpuModel: 'Intel(R) Core(TM) i5-8500B CPU @ 3.00GHz' }
    const probe = createMacProbe({ processes: tools.processes, files: noLog, facts, clock, logger: silentLogger })
    ends.unshift(() => probe.dispose())
    probe.pace(1_000)
    await readUntil(probe, {
      usedBytes: macUsedBytes,
      gpus: [],
      workingSet: null,
      machine: 'Mac mini Intel Core i5-8500B, 16 GB'
    })
  })

  it('leaves no process running when nobody watches, nor after its end', async () => {
    const { tools, probe } = setUp()
    probe.pace(1_000)
    await readUntil(probe, { usedBytes: macUsedBytes })
    expect(tools.started('vm_stat').some(isAlive)).toBe(true)
    probe.pace(null)
    await vi.waitFor(() => expect(allStarted(tools).some(isAlive)).toBe(false), patient)
    probe.pace(5_000)
    await readUntil(probe, { usedBytes: macUsedBytes })
    await probe.dispose()
    expect(allStarted(tools).some(isAlive)).toBe(false)
  })
})
