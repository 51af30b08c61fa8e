/** AMD graphics on Linux from /sys: a few small reads per sample, no child process. */
import type { GpuProbe, GpuReading } from '../machineReading.ts'
import { isCardFolder, isIntegratedByMetrics, parseSysfsNumber } from './parsers/parseAmdGpu.ts'
import type { FilePorts } from './ports.ts'

const DRM_FOLDER = '/sys/class/drm'
const AMD_VENDOR = '0x1002'
/** Without gpu_metrics, no more than this is taken for a processor's carve-out. */
const CARVE_OUT_AT_MOST_BYTES = 2 * 2 ** 30

interface Card {
  id: string
  folder: string
  name: string
  isIntegrated: boolean
  /** Neither changes while the machine runs. */
  vramTotalBytes: number | null
  gttTotalBytes: number | null
  /** Folder with its sensors; null where there is none. */
  sensors: string | null
}

/** Cards are looked for once: /sys is quick, but not so quick as to be searched every second. */
export function createAmdProbe({ files }: { files: FilePorts }): GpuProbe {
  const cards = files
    .list(DRM_FOLDER)
    .filter(isCardFolder)
    .filter((name) => files.readText(`${DRM_FOLDER}/${name}/device/vendor`)?.trim() === AMD_VENDOR)
    .map((name) => findCard(files, name))
  return {
    read: async () => cards.map((card) => readCard(files, card)),
    pace: () => {},
    dispose: async () => {}
  }
}

function findCard(files: FilePorts, cardName: string): Card {
  const folder = `${DRM_FOLDER}/${cardName}/device`
  const vramTotalBytes = parseSysfsNumber(files.readText(`${folder}/mem_info_vram_total`))
  const byMetrics = isIntegratedByMetrics(files.readText(`${folder}/gpu_metrics`))
  const [sensors] = files.list(`${folder}/hwmon`)
  return {
    id: `amd-${cardName}`,
    folder,
    name: files.readText(`${folder}/product_name`)?.trim() || 'AMD graphics',
    isIntegrated: byMetrics ?? (vramTotalBytes !== null && vramTotalBytes <= CARVE_OUT_AT_MOST_BYTES),
    vramTotalBytes,
    gttTotalBytes: parseSysfsNumber(files.readText(`${folder}/mem_info_gtt_total`)),
    sensors: sensors === undefined ? null : `${folder}/hwmon/${sensors}`
  }
}

/** Reading the figures of a card that sleeps would wake it up, every second. */
function isAsleep(files: FilePorts, card: Card): boolean {
  return files.readText(`${card.folder}/power/runtime_status`)?.trim() === 'suspended'
}

function readCard(files: FilePorts, card: Card): GpuReading {
  const canRead = !isAsleep(files, card)
  const read = (path: string): number | null => (canRead ? parseSysfsNumber(files.readText(path)) : null)
  const sensor = (file: string, unit: number): number | null => {
    const value = card.sensors === null ? null : read(`${card.sensors}/${file}`)
    return value === null ? null : value / unit
  }
  return {
    id: card.id,
    name: card.name,
    kind: card.isIntegrated ? 'gtt' : 'dedicated',
    ...readAmounts(card, read),
    loadPercent: read(`${card.folder}/gpu_busy_percent`),
    temperatureCelsius: sensor('temp1_input', 1_000),
    powerWatts: sensor('power1_average', 1_000_000) ?? sensor('power1_input', 1_000_000)
  }
}

/** Inside a processor, models live in RAM handed to the GPU (GTT), beside a carve-out that may be tiny: only the sum says something. */
function readAmounts(
  card: Card,
  read: (path: string) => number | null
): Pick<GpuReading, 'totalBytes' | 'usedBytes' | 'setAsideBytes'> {
  const vramUsedBytes = read(`${card.folder}/mem_info_vram_used`)
  if (!card.isIntegrated) return { totalBytes: card.vramTotalBytes, usedBytes: vramUsedBytes }
  return {
    totalBytes: addKnown(card.vramTotalBytes, card.gttTotalBytes),
    setAsideBytes: card.vramTotalBytes,
    usedBytes: addKnown(vramUsedBytes, read(`${card.folder}/mem_info_gtt_used`))
  }
}

/** Half a sum would look like a small whole: unknown when one part is. */
function addKnown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}
