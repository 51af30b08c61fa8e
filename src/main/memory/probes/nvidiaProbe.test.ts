/** Would catch: a card shown with old or invented figures when nvidia-smi dies, stalls or complains; a child per sample; one left behind. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { GpuSample } from '../../../shared/memory.ts'
import { createFakeClock } from '../../lib/fakeClock.ts'
import { silentLogger } from '../../lib/logger.ts'
import { createNvidiaProbe } from './nvidiaProbe.ts'
import { createTestTools, isAlive, patient } from './testTools.ts'

const MIB = 2 ** 20
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

function setUp(script: string, rows = '') {
  const tools = createTestTools('linux')
  tools.tool('nvidia-smi', script)
  tools.file('rows', rows)
  const clock = createFakeClock()
  const executable = tools.processes.findExecutable('nvidia-smi') ?? ''
  const probe = createNvidiaProbe({ processes: tools.processes, executable, clock, logger: silentLogger })
  ends.push(async () => {
    await probe.dispose()
    tools.remove()
  })
  return { tools, clock, probe }
}

async function readUntil(probe: { read(): Promise<GpuSample[]> }, expected: object[]): Promise<void> {
  await vi.waitFor(async () => expect(await probe.read()).toMatchObject(expected), patient)
}

const streaming = 'cat "$here/rows"; exec sleep 60'
const first = '0, GPU-aaaa, NVIDIA Test 3000, 24564, 1200, 23364, 5, 41, 22.50'
const second = '1, GPU-bbbb, NVIDIA Test 1000, 8192, 0, 8192, 0, 30, [N/A]'

describe.runIf(process.platform === 'linux')('NVIDIA probe with a made-up nvidia-smi', () => {
  it('reads every card from one child', async () => {
    const { tools, probe } = setUp(streaming, `${second}\n${first}\n`)
    probe.pace(1_000)
    await readUntil(probe, [
      {
        id: 'GPU-aaaa',
        name: 'NVIDIA Test 3000',
        kind: 'dedicated',
        totalBytes: 24_564 * MIB,
        usedBytes: 1_200 * MIB,
        loadPercent: 5,
        powerWatts: 22.5
      },
      { id: 'GPU-bbbb', usedBytes: 0, loadPercent: 0, temperatureCelsius: 30, powerWatts: null }
    ])
    await probe.read()
    expect(tools.started('nvidia-smi')).toHaveLength(1)
  })

  it('asks for rows at the pace in force', async () => {
    const { tools, probe } = setUp('case "$*" in *"-lms 5000") exec cat "$here/rows" ;; esac; exit 1', `${first}\n`)
    probe.pace(5_000)
    await readUntil(probe, [{ id: 'GPU-aaaa', usedBytes: 1_200 * MIB }])
    expect(tools.started('nvidia-smi').length).toBeGreaterThan(0)
  })

  it('forgets the figures of a card, not the card, when its rows stop', async () => {
    const { clock, probe } = setUp(streaming, `${first}\n`)
    probe.pace(1_000)
    await readUntil(probe, [{ usedBytes: 1_200 * MIB }])
    await clock.advance(4_500)
    expect(await probe.read()).toMatchObject([
      { id: 'GPU-aaaa', totalBytes: 24_564 * MIB, usedBytes: null, loadPercent: null }
    ])
  })

  it('takes no row of before the clock was set back for one of now', async () => {
    const { clock, probe } = setUp(streaming, `${first}\n`)
    probe.pace(1_000)
    await readUntil(probe, [{ usedBytes: 1_200 * MIB }])
    clock.setBack(3_600_000)
    expect(await probe.read()).toMatchObject([{ id: 'GPU-aaaa', usedBytes: null }])
  })

  it('shows no card for an error text, and stops trying often', async () => {
    const error = 'echo "NVIDIA-SMI has failed because it couldn\'t communicate with the NVIDIA driver."; exit 9'
    const { tools, clock, probe } = setUp(error)
    probe.pace(1_000)
    for (const starts of [2, 3]) {
      await vi.waitFor(async () => {
        await clock.advance(500)
        expect(tools.started('nvidia-smi')).toHaveLength(starts)
      }, patient)
    }
    await clock.advance(25_000)
    expect(await probe.read()).toEqual([])
    expect(tools.started('nvidia-smi')).toHaveLength(3)
  })

  it('delays nobody when nvidia-smi says nothing', async () => {
    const { clock, probe } = setUp('exec sleep 60')
    probe.pace(1_000)
    const reading = probe.read()
    await clock.advance(2_000)
    expect(await reading).toEqual([])
    expect(await probe.read()).toEqual([])
  })

  it('takes what programs hold for the use of a GPU without memory of its own', async () => {
    const row = '0, GPU-cccc, NVIDIA GB10, [N/A], [N/A], [N/A], 12, 50, 20.00'
    const script =
      'case "$*" in *compute-apps*) printf "11, 1024\\n12, 512\\n" ;; *) cat "$here/rows"; exec sleep 60 ;; esac'
    const { probe } = setUp(script, `${row}\n`)
    probe.pace(1_000)
    await readUntil(probe, [{ kind: 'unified', totalBytes: null, usedBytes: 1_536 * MIB, loadPercent: 12 }])
  })

  const withApps = (apps: string): string =>
    `case "$*" in *compute-apps*) echo x >> "$here/asked"; ${apps} ;; *) cat "$here/rows"; exec sleep 60 ;; esac`

  it('tells what each process holds, on all cards together, and asks no more often than every 5 s', async () => {
    const { tools, clock, probe } = setUp(
      withApps('printf "11, 1024\\n12, 512\\n11, 256\\n13, [N/A]\\n"'),
      `${first}\n`
    )
    probe.pace(1_000)
    await vi.waitFor(() => expect(probe.bytesOf(11)).toBe(1_280 * MIB), patient)
    expect([12, 13, 14].map(probe.bytesOf)).toEqual([512 * MIB, null, null])
    // One for each process asked for the first time; after that by the clock.
    const asked = (): number => readFileSync(path.join(tools.folder, 'asked'), 'utf8').split('\n').length - 1
    await vi.waitFor(() => expect(asked()).toBe(4), patient)
    const before = asked()
    for (let second = 0; second < 4; second++) {
      await clock.advance(1_000)
      probe.bytesOf(11)
    }
    expect(asked()).toBe(before)
    await clock.advance(1_000)
    probe.bytesOf(11)
    await vi.waitFor(() => expect(asked()).toBe(before + 1), patient)
    // Not: "asked an hour from now, so there is time".
    clock.setBack(3_600_000)
    probe.bytesOf(11)
    await vi.waitFor(() => expect(asked()).toBe(before + 2), patient)
  })

  it('asks at once for a process it was never asked for, and nobody is asked while nobody wants to know', async () => {
    const { tools, probe } = setUp(withApps('printf "11, 1024\\n"'), `${first}\n`)
    probe.pace(1_000)
    await readUntil(probe, [{ id: 'GPU-aaaa' }])
    expect(tools.started('nvidia-smi')).toHaveLength(1)
    await vi.waitFor(() => expect(probe.bytesOf(11)).toBe(1_024 * MIB), patient)
    const before = tools.started('nvidia-smi').length
    probe.bytesOf(12)
    await vi.waitFor(() => expect(tools.started('nvidia-smi')).toHaveLength(before + 1), patient)
  })

  it('reads the cards at this moment where that matters, and none where that fails', async () => {
    const now = first.replace(' 1200,', ' 700,')
    const script = `case "$*" in *-lms*) cat "$here/rows"; exec sleep 60 ;; *) echo "${now}" ;; esac`
    const { probe } = setUp(script, `${first}\n`)
    probe.pace(5_000)
    await readUntil(probe, [{ usedBytes: 1_200 * MIB }])
    expect(await probe.readNow()).toMatchObject([{ id: 'GPU-aaaa', usedBytes: 700 * MIB }])
    const broken = setUp('case "$*" in *-lms*) exec sleep 60 ;; *) echo "No devices were found"; exit 6 ;; esac')
    expect(await broken.probe.readNow()).toEqual([])
  })

  it('leaves no process when nobody watches, nor after its end', async () => {
    const { tools, probe } = setUp(streaming, `${first}\n`)
    probe.pace(1_000)
    await readUntil(probe, [{ id: 'GPU-aaaa' }])
    probe.pace(null)
    await vi.waitFor(() => expect(tools.started('nvidia-smi').some(isAlive)).toBe(false), patient)
    probe.pace(1_000)
    await vi.waitFor(() => expect(tools.started('nvidia-smi')).toHaveLength(2), patient)
    await probe.dispose()
    expect(tools.started('nvidia-smi').some(isAlive)).toBe(false)
  })
})
