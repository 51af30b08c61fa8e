/** Held bytes: measured where the system measures, from the log elsewhere, and unknown rather than nothing. */
import { expect, test } from 'vitest'
import { allocatedParts, heldMemory, memoryParts } from './engineMemory.ts'
import type { EngineBuffer } from './engineProtocol.ts'

const buffer = (device: string, kind: EngineBuffer['kind'], bytes: number): EngineBuffer => ({
  component: 'c',
  device,
  kind,
  bytes
})

test('the program pages that Stoker runs from too are not held by the model', () => {
  const held = heldMemory({ anonBytes: 100, fileBytes: 350 }, 50, [buffer('CPU_Mapped', 'model', 300)])
  expect(held).toEqual({
    heldBytes: 400,
    gpuBytes: 0,
    countedBytes: 100,
    heldQuality: 'measured',
    heldSource: 'process memory'
  })
})

test('what lies on a card is in no process and is added; what a card can reach in ordinary memory is not', () => {
  const buffers = [buffer('CUDA0', 'model', 900), buffer('CUDA_Host', 'compute', 30), buffer('CPU', 'output', 1)]
  expect(heldMemory({ anonBytes: 100, fileBytes: 40 }, 50, buffers)).toMatchObject({ heldBytes: 1_000, gpuBytes: 900 })
})

test('without process memory the engine’s own log is the source', () => {
  const buffers = [buffer('MTL0_Mapped', 'model', 900), buffer('CPU', 'compute', 30)]
  expect(heldMemory(null, 0, buffers)).toMatchObject({
    heldBytes: 930,
    gpuBytes: 900,
    countedBytes: null,
    heldSource: 'engine log'
  })
})

test('without either nothing is known', () => {
  expect(heldMemory(null, 0, [])).toMatchObject({ heldBytes: null, gpuBytes: null, countedBytes: null })
})

test('the parts have names for people', () => {
  expect(memoryParts([buffer('CPU', 'KV', 5), buffer('CPU_Mapped', 'model', 20), buffer('CPU', 'model', 1)])).toEqual([
    { label: 'Weights', bytes: 21 },
    { label: 'Context cache', bytes: 5 }
  ])
  expect(memoryParts([buffer('CUDA0', 'model', 20), buffer('CPU_Mapped', 'model', 3)])).toEqual([
    { label: 'Weights, GPU', bytes: 20 },
    { label: 'Weights, RAM', bytes: 3 }
  ])
})

test('what was allocated is told by kind, wherever it lies, and not at all before the engine says so', () => {
  const buffers = [
    buffer('CPU_Mapped', 'model', 10),
    buffer('CUDA0', 'model', 20),
    buffer('CUDA0', 'KV', 50),
    buffer('CPU', 'RS', 4),
    buffer('CUDA0', 'compute', 3),
    buffer('CPU', 'output', 1)
  ]
  expect(allocatedParts(buffers)).toEqual([
    { kind: 'context', bytes: 50 },
    { kind: 'weights', bytes: 30 },
    { kind: 'state', bytes: 4 },
    { kind: 'compute', bytes: 3 },
    { kind: 'output', bytes: 1 }
  ])
  expect(allocatedParts([])).toBeNull()
})
