/** Would catch: "verified" said of what nobody saw, a wait without end, an unload that fails because nothing could be seen of it. */
import { describe, expect, it, vi } from 'vitest'
import { createFakeClock } from '../lib/fakeClock.ts'
import type { ModelClaim } from './modelClaim.ts'
import { createMemoryReturn, type MemoryReturn } from './memoryReturn.ts'
import type { ModelLook } from './modelProcesses.ts'
import { GIB, testGpu, testModel } from './testReadings.ts'

const id = { hostId: 'ollama', name: 'a' }
const claim: ModelClaim = { ...testModel({ id, heldBytes: 4 * GIB, gpuBytes: 3 * GIB }), weightsPath: '/w' }

function setUp(look: Partial<ModelLook>, told: ModelClaim | null = claim) {
  const clock = createFakeClock()
  const machine = { alive: new Set(look.pids ?? []), gpus: [testGpu({ usedBytes: 5 * GIB })], looks: 0 }
  const watch = createMemoryReturn({
    claimOf: () => told,
    processes: { look: async () => ({ memory: claim, pids: [], measureAgain: () => null, ...look }) },
    isAlive(pid) {
      machine.looks++
      return machine.alive.has(pid)
    },
    readGpusNow: vi.fn(async () => machine.gpus),
    clock
  })
  return { clock, machine, watch }
}

const signal = new AbortController().signal

/** What is seen, and how long that took. */
async function outcome(
  rig: ReturnType<typeof setUp>,
  after: () => void,
  ms = 2_000
): Promise<MemoryReturn & { ms: number }> {
  const judge = await rig.watch(id)
  after()
  const startedAt = rig.clock.now()
  let ended = 0
  const seen = judge(signal).then((result) => {
    ended = rig.clock.now() - startedAt
    return result
  })
  await rig.clock.advance(ms)
  return { ...(await seen), ms: ended }
}

describe('with a process', () => {
  it('is verified at once when the process is gone, with all it held', async () => {
    const rig = setUp({ pids: [9] })
    expect(await outcome(rig, () => rig.machine.alive.clear())).toEqual({
      bytesReturned: 4 * GIB,
      verified: true,
      evidence: 'its process is gone',
      ms: 0
    })
  })

  it('waits a moment for a process that is still leaving, looking every 50 ms', async () => {
    const rig = setUp({ pids: [9] })
    const seen = await outcome(rig, () => void rig.clock.after(320, () => rig.machine.alive.clear()))
    expect(seen).toMatchObject({ verified: true, ms: 350 })
    expect(rig.machine.looks).toBe(8)
  })

  it('is not verified while one of two processes stays, and says what is still held', async () => {
    const now = testModel({ heldBytes: 3 * GIB, quality: 'measured' })
    const rig = setUp({ pids: [8, 9], measureAgain: () => now })
    const seen = await outcome(rig, () => rig.machine.alive.delete(8))
    expect(seen).toEqual({
      bytesReturned: GIB,
      verified: false,
      evidence: 'its processes still run and hold 3.2 GB',
      ms: 1_000
    })
  })

  it('says nothing of bytes where a process that stays cannot be measured, and returns none that grew', async () => {
    const rig = setUp({ pids: [9] })
    expect(await outcome(rig, () => {})).toMatchObject({
      bytesReturned: null,
      verified: false,
      evidence: 'its process still runs'
    })
    const grown = setUp({ pids: [9], measureAgain: () => testModel({ heldBytes: 9 * GIB, quality: 'measured' }) })
    expect(await outcome(grown, () => {})).toMatchObject({ bytesReturned: 0, verified: false })
  })
})

describe('without a process in sight', () => {
  it('is verified when the GPU has at least half of what was expected', async () => {
    const rig = setUp({})
    const seen = await outcome(rig, () => (rig.machine.gpus = [testGpu({ usedBytes: 3 * GIB })]))
    expect(seen).toMatchObject({ bytesReturned: 2 * GIB, verified: true, evidence: 'the GPU has 2.1 GB more free' })
  })

  it('waits a moment for it, a few looks only', async () => {
    const rig = setUp({})
    const free = (): void => void (rig.machine.gpus = [testGpu({ usedBytes: 2 * GIB })])
    expect(await outcome(rig, () => void rig.clock.after(600, free))).toMatchObject({ verified: true, ms: 750 })
  })

  it('is not verified when less came back, and says how much', async () => {
    const rig = setUp({})
    const seen = await outcome(rig, () => (rig.machine.gpus = [testGpu({ usedBytes: 4 * GIB })]))
    expect(seen).toMatchObject({ bytesReturned: GIB, verified: false, evidence: 'the GPU has only 1.1 GB more free' })
    const grown = setUp({})
    expect(await outcome(grown, () => (grown.machine.gpus = [testGpu({ usedBytes: 6 * GIB })]))).toMatchObject({
      bytesReturned: 0,
      verified: false,
      evidence: 'the GPU has no more free than before'
    })
  })

  it('adds several cards, and leaves out one whose figure is unknown', async () => {
    const rig = setUp({})
    const cards = (a: number, b: number | null) => [
      testGpu({ usedBytes: a * GIB }),
      testGpu({ id: 'b', usedBytes: b === null ? null : b * GIB })
    ]
    rig.machine.gpus = cards(4, 4)
    expect(await outcome(rig, () => (rig.machine.gpus = cards(3, 3)))).toMatchObject({ bytesReturned: 2 * GIB })
    rig.machine.gpus = cards(4, null)
    expect(await outcome(rig, () => (rig.machine.gpus = cards(3, 1)))).toMatchObject({ bytesReturned: GIB })
  })

  it('knows nothing, at once, where only RAM could tell: it is no witness', async () => {
    const onCpu = { ...claim, gpuBytes: 0 }
    const rig = setUp({ memory: onCpu }, onCpu)
    expect(await outcome(rig, () => {})).toEqual({ bytesReturned: null, verified: false, evidence: null, ms: 0 })
  })

  it('knows nothing of a model that is not loaded here', async () => {
    expect(await outcome(setUp({ pids: [9] }, null), () => {})).toMatchObject({
      verified: false,
      evidence: null,
      ms: 0
    })
  })
})

describe('whatever happens', () => {
  it('neither part rejects', async () => {
    const clock = createFakeClock()
    const watch = createMemoryReturn({
      claimOf: () => claim,
      processes: { look: () => Promise.reject(new Error('no /proc')) },
      isAlive: () => false,
      readGpusNow: () => Promise.reject(new Error('no driver')),
      clock
    })
    expect(await (await watch(id))(signal)).toMatchObject({ verified: false, evidence: null })
  })

  it('an abort ends the wait with what was seen so far', async () => {
    const rig = setUp({ pids: [9] })
    const controller = new AbortController()
    const judge = await rig.watch(id)
    const seen = judge(controller.signal)
    await rig.clock.advance(100)
    controller.abort()
    expect(await seen).toMatchObject({ verified: false, evidence: 'its process still runs' })
  })
})
