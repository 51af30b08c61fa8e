/** One run of macOS's vm_stat: "Pages free: 4518." under a header that names the page size. */
import { parseWhole } from './parseWhole.ts'
import { toVmPages, type PageKind, type VmPages } from './vmPages.ts'

const labelOf: Record<PageKind, string> = {
  free: 'Pages free',
  active: 'Pages active',
  inactive: 'Pages inactive',
  speculative: 'Pages speculative',
  wired: 'Pages wired down',
  purgeable: 'Pages purgeable',
  fileBacked: 'File-backed pages',
  anonymous: 'Anonymous pages',
  compressor: 'Pages occupied by compressor'
}

/** "Mach Virtual Memory Statistics: (page size of 16384 bytes)". Never assumed: Apple silicon and Intel differ. */
export function parsePageSize(line: string): number | null {
  const bytes = parseWhole(/\(page size of (\d+) bytes\)/.exec(line)?.[1])
  return bytes === null || bytes === 0 ? null : bytes
}

/** Null when a line the sums need is missing. */
export function parseVmStatText(text: string): VmPages | null {
  const pageBytes = parsePageSize(text)
  if (pageBytes === null) return null
  return toVmPages(pageBytes, (kind) =>
    parseWhole(new RegExp(`^${labelOf[kind]}:\\s+(\\d+)\\.?\\s*$`, 'm').exec(text)?.[1])
  )
}
