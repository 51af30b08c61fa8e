/** The last line of macOS's `memory_pressure`, and all that `memory_pressure -Q` prints: "System-wide memory free percentage: 42%". */
import { parseWhole } from './parseWhole.ts'

/** 0 to 100: pages that are neither wired nor compressed, of all; file cache and what idle programs hold count as free. */
export function parseFreePercent(text: string): number | null {
  const percent = parseWhole(/^System-wide memory free percentage: (\d+)%\s*$/m.exec(text)?.[1])
  return percent !== null && percent <= 100 ? percent : null
}
