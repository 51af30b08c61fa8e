/** The machine in a few words a person would use: "Mac mini M4, 32 GB", "AMD Ryzen 9 7950X, 64 GB". Never its host name. */

const GIB = 2 ** 30

/** Sizes memory is sold in; a system sees a little less than these. */
const soldSizes = [1, 2, 3, 4, 6, 8, 12, 16, 18, 24, 32, 36, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024]

export interface MachineFacts {
  platform: string
  /** The processor as the system names it. */
  cpuModel: string | null
  /** "Mac mini": Apple's name of the computer. */
  modelName?: string | null
  totalBytes: number | null
  isContainer?: boolean
}

export function describeMachine(facts: MachineFacts): string {
  const isMac = facts.platform === 'darwin'
  const chip = shortenCpuName(facts.cpuModel ?? '')
  const name = isMac ? nameMac(facts.modelName ?? null, chip) : chip || `${platformName(facts.platform)} PC`
  const size =
    facts.totalBytes === null ? null : facts.isContainer ? exactSize(facts.totalBytes) : soldSize(facts.totalBytes)
  return [name, size, facts.isContainer ? 'container' : null].filter((part) => part !== null).join(', ')
}

/** "AMD Ryzen 9 7950X 16-Core Processor" -> "AMD Ryzen 9 7950X"; "Intel(R) Core(TM) i7-9700K CPU @ 3.60GHz" -> "Intel Core i7-9700K". */
export function shortenCpuName(model: string): string {
  const short = model
    .replace(/\((R|TM|C)\)/gi, '')
    .replace(/@.*$/, '')
    .replace(/ (w\/|with) .*$/i, '')
    .replace(/\b(\d+|\w+)-Core\b/gi, '')
    .replace(/\b(CPU|Processor|\d+th Gen)\b/gi, '')
    .replace(/\s+/g, ' ')
    .trim()
  return /^(unknown|virtual|qemu.*)?$/i.test(short) ? '' : short.slice(0, 60)
}

function nameMac(modelName: string | null, chip: string): string {
  const family = chip.replace(/^Apple /, '')
  if (modelName === null) return chip || 'Mac'
  return family === '' ? modelName : `${modelName} ${family}`
}

function platformName(platform: string): string {
  if (platform === 'linux') return 'Linux'
  return platform === 'win32' ? 'Windows' : 'Unknown'
}

function soldSize(bytes: number): string {
  const gib = bytes / GIB
  const sold = soldSizes.find((size) => gib <= size && gib >= size * 0.92)
  return sold === undefined ? exactSize(bytes) : `${sold} GB`
}

function exactSize(bytes: number): string {
  const gib = bytes / GIB
  return gib < 10 && !Number.isInteger(gib) ? `${gib.toFixed(1)} GB` : `${Math.round(gib)} GB`
}
