/** A row of `nvidia-smi --query-gpu=... --format=csv,noheader,nounits`: MiB, and words in brackets where there is no number. */
import { parseDecimal, parseScaled, parseWhole } from './parseWhole.ts'

/** In this order; the name may hold commas, so rows are read from both ends. */
export const nvidiaGpuFields =
  'index,uuid,name,memory.total,memory.used,memory.free,utilization.gpu,temperature.gpu,power.draw'

export interface NvidiaGpu {
  index: number
  uuid: string
  name: string
  totalBytes: number | null
  usedBytes: number | null
  loadPercent: number | null
  temperatureCelsius: number | null
  powerWatts: number | null
}

const FIELDS_BEFORE_NAME = 2
const FIELDS_AFTER_NAME = 6
const MIB = 2 ** 20

/** Null for errors, which nvidia-smi prints in place of rows. "[N/A]", "[Not Supported]" and their like become null, never 0. */
export function parseNvidiaGpu(line: string): NvidiaGpu | null {
  const cells = line.split(',').map((cell) => cell.trim())
  if (cells.length < FIELDS_BEFORE_NAME + 1 + FIELDS_AFTER_NAME) return null
  const [indexText, uuid] = cells
  const index = parseWhole(indexText)
  if (index === null || uuid === undefined || !/^(GPU|MIG)-[\w/-]+$/.test(uuid)) return null
  const [total, used, , load, temperature, power] = cells.slice(-FIELDS_AFTER_NAME)
  return {
    index,
    uuid,
    name: cells.slice(FIELDS_BEFORE_NAME, -FIELDS_AFTER_NAME).join(', ').slice(0, 80),
    totalBytes: parseScaled(total, MIB),
    usedBytes: parseScaled(used, MIB),
    loadPercent: parseWhole(load),
    temperatureCelsius: parseDecimal(temperature),
    powerWatts: parseDecimal(power)
  }
}
