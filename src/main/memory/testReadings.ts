/** Readings and models for tests: a 24 GB Linux machine at rest, changed where a test says. */
import type { ModelMemory } from '../../shared/memory.ts'
import type { GpuReading, MachineReading } from './machineReading.ts'

export const GIB = 2 ** 30

export function testReading(changes: Partial<MachineReading> = {}): MachineReading {
  return {
    readAt: 1_700_000_000_000,
    machine: 'Linux PC, 24 GB',
    totalBytes: 24 * GIB,
    usedBytes: 4 * GIB,
    availableBytes: 20 * GIB,
    usedFormula: 'MemTotal - MemAvailable',
    swapUsedBytes: 0,
    pressure: 'normal',
    gpus: [],
    workingSet: null,
    containerLimit: null,
    system: 'linux',
    quality: 'measured',
    source: '/proc/meminfo',
    ...changes
  }
}

export function testGpu(changes: Partial<GpuReading> = {}): GpuReading {
  return {
    id: 'gpu-0',
    name: 'Test GPU',
    kind: 'dedicated',
    totalBytes: 16 * GIB,
    usedBytes: 2 * GIB,
    loadPercent: 10,
    temperatureCelsius: 45,
    powerWatts: 30,
    ...changes
  }
}

export function testModel(changes: Partial<ModelMemory> = {}): ModelMemory {
  return {
    id: { hostId: 'ollama', name: 'tiny' },
    heldBytes: GIB,
    gpuBytes: null,
    countedBytes: null,
    quality: 'measured',
    source: 'process memory',
    pid: null,
    ...changes
  }
}
