/** Would catch: a model given another one's memory, a dead process still shown, every process of the machine looked at each second. */
import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../lib/fakeClock.ts'
import type { GpuReading } from './machineReading.ts'
import type { ModelClaim } from './modelClaim.ts'
import { createModelProcesses } from './modelProcesses.ts'
import type { ProcessMemory } from './probes/parsers/parseProcessStatus.ts'
import type { RunnerProcess } from './probes/runnerProcesses.ts'
import { GIB, testGpu, testModel } from './testReadings.ts'

const blob = (digit: string): string => `/models/blobs/sha256-${digit.repeat(64)}`

function claim(name: string, changes: Partial<ModelClaim> = {}): ModelClaim {
  const told = testModel({ id: { hostId: 'ollama', name }, quality: 'reported', source: 'Ollama', gpuBytes: 0 })
  return { ...told, heldBytes: 3 * GIB, weightsPath: blob('a'), ...changes }
}

function runner(pid: number, changes: Partial<RunnerProcess> = {}): RunnerProcess {
  return { pid, parentPid: 1, weightsPath: blob('a'), modelName: null, ...changes }
}

/** A machine whose processes, memory and cards the test sets. */
function setUp(tellsMemory = true) {
  const clock = createFakeClock()
  const machine = {
    runners: [] as RunnerProcess[],
    memory: new Map<number, ProcessMemory>(),
    footprints: new Map<number, number>(),
    onCards: new Map<number, number>(),
    gpus: [] as GpuReading[],
    looks: 0,
    asked: [] as number[][]
  }
  const models = createModelProcesses({
    runners: {
      tellsMemory,
      async find() {
        machine.looks++
        return machine.runners
      },
      memoryOf: ({ pid }) => machine.memory.get(pid) ?? null,
      async footprintsOf(pids) {
        machine.asked.push([...pids])
        return machine.footprints
      },
      isAlive: (pid) => machine.runners.some((one) => one.pid === pid)
    },
    gpuBytesOf: (pid) => machine.onCards.get(pid) ?? null,
    gpus: () => machine.gpus,
    clock
  })
  const run = (pid: number, anonGib: number, fileGib: number, changes: Partial<RunnerProcess> = {}): void => {
    machine.runners.push(runner(pid, changes))
    machine.memory.set(pid, { anonBytes: anonGib * GIB, fileBytes: fileGib * GIB })
  }
  const end = (pid: number): void => {
    machine.runners = machine.runners.filter((one) => one.pid !== pid)
    machine.memory.delete(pid)
  }
  return { clock, machine, models, run, end }
}

describe('a model with a process', () => {
  it('holds what the process does, and the system counts the anonymous part', async () => {
    const { models, run } = setUp()
    run(40, 0.5, 2)
    expect(await models.attribute([claim('a')])).toEqual([
      {
        id: { hostId: 'ollama', name: 'a' },
        heldBytes: 2.5 * GIB,
        gpuBytes: 0,
        countedBytes: 0.5 * GIB,
        quality: 'measured',
        source: 'process memory',
        pid: 40
      }
    ])
  })

  it('of our own keeps its figures, but what its GPU took from RAM is no other program', async () => {
    const { models, machine } = setUp()
    const own = claim('own', { pid: 7, heldBytes: 3 * GIB, gpuBytes: 2 * GIB, countedBytes: 0.5 * GIB })
    const counted: (number | null | undefined)[] = []
    for (const kind of ['dedicated', 'gtt', 'unified'] as const) {
      machine.gpus = [testGpu({ kind })]
      const [held] = await models.attribute([own])
      expect(held).toMatchObject({ pid: 7, heldBytes: 3 * GIB, gpuBytes: 2 * GIB })
      counted.push(held?.countedBytes)
    }
    expect(counted).toEqual([0.5 * GIB, null, 2 * GIB])
  })

  it('is known by its weights, wherever the server has them, and not by its place in the list', async () => {
    const { models, run } = setUp()
    run(41, 1, 0, { weightsPath: blob('b') })
    run(42, 2, 0, { weightsPath: `/elsewhere${blob('c')}` })
    const held = await models.attribute([
      claim('c', { weightsPath: blob('c') }),
      claim('b', { weightsPath: blob('b') }),
      claim('d', { weightsPath: blob('d') })
    ])
    expect(held.map(({ pid, heldBytes }) => [pid, heldBytes])).toEqual([
      [42, 2 * GIB],
      [41, GIB],
      [null, 3 * GIB]
    ])
  })

  it('of MLX is known by its name', async () => {
    const { models, run } = setUp()
    run(43, 1, 0, { weightsPath: null, modelName: 'registry.ollama.ai/library/Qwen:latest' })
    const [held] = await models.attribute([claim('qwen', { weightsPath: null })])
    expect(held).toMatchObject({ pid: 43, heldBytes: GIB })
  })

  it('that shares its weights with another model keeps what the server tells: nobody knows whose process it is', async () => {
    const { models, run } = setUp()
    run(44, 1, 0)
    const held = await models.attribute([claim('a'), claim('b')])
    expect(held).toMatchObject([
      { pid: null, heldBytes: 3 * GIB, quality: 'reported' },
      { pid: null, heldBytes: 3 * GIB }
    ])
  })

  it('has two of them while it is loaded anew: both count', async () => {
    const { models, run } = setUp()
    run(45, 1, 0)
    run(46, 2, 0)
    expect(await models.attribute([claim('a')])).toMatchObject([{ pid: 46, heldBytes: 3 * GIB }])
  })

  it('of the built-in engine is left as it is, its path taken off', async () => {
    const { models, machine } = setUp()
    const own = testModel({ pid: 7, heldBytes: GIB })
    expect(await models.attribute([{ ...own, weightsPath: blob('a') }])).toEqual([own])
    expect(machine.looks).toBe(0)
  })

  it('whose number another program has now is not shown with that', async () => {
    const { models, machine, run } = setUp()
    run(49, 1, 0)
    await models.attribute([claim('a')])
    // It runs, but what runs there is no child of the server any more.
    machine.memory.delete(49)
    expect(await models.attribute([claim('a')])).toMatchObject([{ pid: null, quality: 'reported' }])
  })

  it('that died is shown as the server tells, until another look finds the next one', async () => {
    const { models, clock, run, end } = setUp()
    run(47, 1, 0)
    await models.attribute([claim('a')])
    end(47)
    run(48, 2, 0)
    expect(await models.attribute([claim('a')])).toMatchObject([{ pid: null, quality: 'reported' }])
    await clock.advance(5_000)
    expect(await models.attribute([claim('a')])).toMatchObject([{ pid: 48, heldBytes: 2 * GIB }])
  })
})

describe('looking at all processes', () => {
  it('happens when the list changes, not for every sample', async () => {
    const { models, machine, clock, run } = setUp()
    run(50, 1, 0)
    run(51, 1, 0, { weightsPath: blob('b') })
    for (let second = 0; second < 60; second++) {
      await models.attribute([claim('a')])
      await clock.advance(1_000)
    }
    expect(machine.looks).toBe(1)
    await models.attribute([claim('a'), claim('b', { weightsPath: blob('b') })])
    expect(machine.looks).toBe(2)
    await models.attribute([])
    await models.attribute([claim('a')])
    expect(machine.looks).toBe(3)
  })

  it('happens once more when a load ends: while it loaded, there was less to see', async () => {
    const { models, machine, run } = setUp()
    run(52, 1, 0)
    await models.attribute([claim('a', { quality: 'estimated' })])
    await models.attribute([claim('a')])
    expect(machine.looks).toBe(2)
  })

  it('for a model without process happens every 5 s at first, then once a minute', async () => {
    const { models, machine, clock } = setUp()
    for (let second = 0; second < 15; second++) {
      await models.attribute([claim('a')])
      await clock.advance(1_000)
    }
    expect(machine.looks).toBe(3)
    for (let second = 0; second < 300; second++) {
      await models.attribute([claim('a')])
      await clock.advance(1_000)
    }
    expect(machine.looks).toBeLessThanOrEqual(9)
  })

  it('does not wait until a clock that was set back has caught up', async () => {
    const { models, machine, clock } = setUp()
    await models.attribute([claim('a')])
    clock.setBack(3_600_000)
    await models.attribute([claim('a')])
    expect(machine.looks).toBe(2)
  })

  it('does not happen at all while nothing is loaded', async () => {
    const { models, machine, clock } = setUp()
    for (let second = 0; second < 60; second++) {
      await models.attribute([])
      await clock.advance(1_000)
    }
    expect(machine.looks).toBe(0)
  })

  it('happens at once for one model where somebody asks', async () => {
    const { models, run, end } = setUp()
    run(53, 1, 0.5)
    const look = await models.look(claim('a'))
    expect(look).toMatchObject({ pids: [53], memory: { heldBytes: 1.5 * GIB, quality: 'measured' } })
    end(53)
    expect(look.measureAgain()).toBeNull()
    expect(await models.look(claim('a'))).toMatchObject({ pids: [], memory: { heldBytes: 3 * GIB } })
    expect(await models.look(claim('a', { pid: 9 }))).toMatchObject({ pids: [9] })
  })
})

describe('beside a card', () => {
  it("adds what the driver says the process holds there, in place of the server's own figure", async () => {
    const { models, machine, run } = setUp()
    run(60, 0.5, 0.25)
    machine.gpus = [testGpu()]
    machine.onCards.set(60, 6 * GIB)
    expect(await models.attribute([claim('a', { gpuBytes: 5 * GIB })])).toMatchObject([
      {
        heldBytes: 6.75 * GIB,
        gpuBytes: 6 * GIB,
        countedBytes: 0.5 * GIB,
        quality: 'measured',
        source: 'process memory and nvidia-smi'
      }
    ])
  })

  it("takes the server's figure, and its quality, where the driver tells none", async () => {
    const { models, machine, run } = setUp()
    run(61, 0.5, 0.25)
    machine.gpus = [testGpu()]
    expect(await models.attribute([claim('a', { gpuBytes: 5 * GIB })])).toMatchObject([
      { heldBytes: 5.75 * GIB, gpuBytes: 5 * GIB, quality: 'reported', source: 'process memory and Ollama' }
    ])
    expect(await models.attribute([claim('b', { gpuBytes: null })])).toMatchObject([
      { heldBytes: 3 * GIB, gpuBytes: null, countedBytes: 0.5 * GIB, quality: 'reported', pid: 61 }
    ])
  })

  it('on memory shared with the GPU counts no byte twice', async () => {
    const { models, machine, run } = setUp()
    run(62, 1, 4)
    machine.gpus = [testGpu({ kind: 'unified' })]
    machine.onCards.set(62, 6 * GIB)
    expect(await models.attribute([claim('a')])).toMatchObject([
      { heldBytes: 6 * GIB, gpuBytes: 6 * GIB, countedBytes: 6 * GIB, quality: 'measured' }
    ])
  })

  it('inside a processor does not say what part of its memory the system counts', async () => {
    const { models, machine, run } = setUp()
    run(63, 1, 0)
    machine.gpus = [testGpu({ kind: 'gtt' })]
    expect(await models.attribute([claim('a', { gpuBytes: 2 * GIB })])).toMatchObject([
      { heldBytes: 3 * GIB, countedBytes: null, quality: 'reported' }
    ])
  })
})

describe('on a Mac', () => {
  it("keeps the server's figure and notes the process", async () => {
    const { models, machine } = setUp(false)
    machine.runners = [runner(70)]
    machine.footprints.set(70, GIB)
    const claims = [claim('a', { gpuBytes: 3 * GIB })]
    await models.attribute(claims)
    expect(await models.attribute(claims)).toMatchObject([
      { heldBytes: 3 * GIB, quality: 'reported', source: 'Ollama', countedBytes: null, pid: 70 }
    ])
    expect(machine.asked).toEqual([[70]])
  })

  it('knows the counted part only where the footprint explains nearly all: then nothing is mapped', async () => {
    const { models, machine } = setUp(false)
    machine.runners = [runner(71)]
    machine.footprints.set(71, 2.9 * GIB)
    await models.attribute([claim('a')])
    expect(await models.attribute([claim('a')])).toMatchObject([{ countedBytes: 2.9 * GIB, heldBytes: 3 * GIB }])
    machine.footprints.set(71, 9 * GIB)
    await models.attribute([claim('a', { quality: 'estimated' })])
    expect(await models.attribute([claim('a')])).toMatchObject([{ countedBytes: 3 * GIB }])
  })

  it('forgets a process that ended', async () => {
    const { models, machine } = setUp(false)
    machine.runners = [runner(72)]
    await models.attribute([claim('a')])
    machine.runners = []
    expect(await models.attribute([claim('a')])).toMatchObject([{ pid: null }])
  })
})
