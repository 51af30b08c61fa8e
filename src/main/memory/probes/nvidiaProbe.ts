/** NVIDIA cards from one `nvidia-smi` that keeps printing: starting it anew for each sample would cost more than all else. */
import { hasPassed, type Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { GpuSample } from '../../../shared/memory.ts'
import type { GpuProbe } from '../machineReading.ts'
import { createNvidiaApps } from './nvidiaApps.ts'
import { nvidiaGpuFields, parseNvidiaGpu, type NvidiaGpu } from './parsers/parseNvidiaGpu.ts'
import type { ProcessPorts } from './ports.ts'
import { createRowStream } from './rowStream.ts'

interface NvidiaProbeDeps {
  processes: Pick<ProcessPorts, 'start' | 'run'>
  /** Full path of nvidia-smi. */
  executable: string
  clock: Clock
  logger: Logger
}

const FIRST_ROW_LIMIT_MS = 2_000
const READ_NOW_LIMIT_MS = 900
/** Machines whose GPU has no memory of its own, so that nvidia-smi has none to report. */
const unifiedNames = /\b(GB10|Orin|Thor|Xavier|Tegra)\b/i

export interface NvidiaProbe extends GpuProbe {
  /** What one process holds on all cards; null where that is not told. Asked for rarely, answered from the last time. */
  bytesOf(pid: number): number | null
  /** By a child of its own; empty when that fails. */
  readNow(): Promise<GpuSample[]>
}

export function createNvidiaProbe({ processes, executable, clock, logger }: NvidiaProbeDeps): NvidiaProbe {
  let paceMs: number | null = null
  const seen = new Map<string, { gpu: NvidiaGpu; at: number }>()
  const apps = createNvidiaApps({ processes, executable, clock })

  const stream = createRowStream({
    name: 'nvidia-smi',
    start: (intervalMs, listener) => {
      const args = [`--query-gpu=${nvidiaGpuFields}`, '--format=csv,noheader,nounits', '-lms', String(intervalMs)]
      return processes.start(executable, args, listener)
    },
    createParser: () => parseNvidiaGpu,
    onRow: (gpu) => void seen.set(gpu.uuid, { gpu, at: clock.now() }),
    clock,
    logger
  })

  return {
    async read() {
      await stream.waitForRow(FIRST_ROW_LIMIT_MS)
      const freshMs = 3 * (paceMs ?? 0) + 1_000
      return [...seen.values()]
        .sort((a, b) => a.gpu.index - b.gpu.index)
        .map(({ gpu, at }) => {
          if (hasPassed(clock, at, freshMs)) return toSample(forgetFigures(gpu), null)
          return toSample(gpu, isUnified(gpu) ? apps.sum() : null)
        })
    },
    pace(intervalMs) {
      paceMs = intervalMs
      stream.pace(intervalMs)
    },
    bytesOf: apps.bytesOf,
    async readNow() {
      const query = [`--query-gpu=${nvidiaGpuFields}`, '--format=csv,noheader,nounits']
      const text = await processes.run(executable, query, READ_NOW_LIMIT_MS)
      const gpus = (text ?? '').split('\n').flatMap((line) => parseNvidiaGpu(line) ?? [])
      return gpus.map((gpu) => toSample(gpu, isUnified(gpu) ? apps.sum() : null))
    },
    dispose: stream.dispose
  }
}

function isUnified(gpu: NvidiaGpu): boolean {
  return gpu.totalBytes === null && gpu.usedBytes === null && unifiedNames.test(gpu.name)
}

/** On unified memory the total is the machine's, which this probe does not know. */
function toSample(gpu: NvidiaGpu, appBytes: number | null): GpuSample {
  const { uuid, name, totalBytes, usedBytes, loadPercent, temperatureCelsius, powerWatts } = gpu
  const isShared = isUnified(gpu)
  return {
    id: uuid,
    name,
    kind: isShared ? 'unified' : 'dedicated',
    totalBytes,
    usedBytes: isShared ? appBytes : usedBytes,
    loadPercent,
    temperatureCelsius,
    powerWatts
  }
}

/** The card is still there, but what it does now is not known. */
function forgetFigures(gpu: NvidiaGpu): NvidiaGpu {
  return { ...gpu, usedBytes: null, loadPercent: null, temperatureCelsius: null, powerWatts: null }
}
