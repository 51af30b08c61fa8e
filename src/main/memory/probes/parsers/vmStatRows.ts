/** Rows of macOS's `vm_stat 1`: columns by the names in the header, which repeats; page columns are current values in every row. */
import { parsePageSize } from './parseVmStatText.ts'
import { parseScaled, parseWhole } from './parseWhole.ts'
import { toVmPages, type PageKind, type VmPages } from './vmPages.ts'

const columnOf: Record<PageKind, string> = {
  free: 'free',
  active: 'active',
  inactive: 'inactive',
  speculative: 'specul',
  wired: 'wired',
  purgeable: 'prgable',
  fileBacked: 'file-backed',
  anonymous: 'anonymous',
  // Beside it stands `cmprssed`: what is in the compressor, not what that takes.
  compressor: 'cmprssor'
}

/** Takes lines one by one and answers the pages of each row; null for headers and for whatever is not a whole row. */
export function createVmStatRows(): (line: string) => VmPages | null {
  let pageBytes: number | null = null
  let columns: string[] = []
  return (line) => {
    const size = parsePageSize(line)
    if (size !== null) {
      pageBytes = size
      return null
    }
    const cells = line.trim().split(/\s+/)
    if (cells[0] === 'free') {
      columns = cells
      return null
    }
    if (pageBytes === null || cells.length !== columns.length) return null
    return toVmPages(pageBytes, (kind) => readCount(cells[columns.indexOf(columnOf[kind])]))
  }
}

/** What does not fit its column is printed in thousands: "1122834K". */
function readCount(cell: string | undefined): number | null {
  return cell?.endsWith('K') ? parseScaled(cell.slice(0, -1), 1000) : parseWhole(cell)
}
