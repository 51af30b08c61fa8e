/** macOS's `footprint -f bytes --noCategories -p PID ...`: what each process holds that is not file cache. */
import { parseScaled, parseWhole } from './parseWhole.ts'

const unitBytes: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 }

/** By pid. Processes it was not allowed to look into, a normal thing, are missing. */
export function parseFootprint(text: string): ReadonlyMap<number, number> {
  const footprints = new Map<number, number>()
  let pid: number | null = null
  for (const line of text.split('\n')) {
    const heading = /^.*\[(\d+)\]: .*Footprint: /.exec(line)
    if (heading !== null) pid = parseWhole(heading[1])
    // Whatever complains or begins anew between a heading and its figure must not lend it to another process.
    else if (/^(footprint:|task_)/.test(line)) pid = null
    const [, amount, unit = ''] = /^\s*phys_footprint: (\d+) (B|KB|MB|GB)\s*$/.exec(line) ?? []
    const bytes = parseScaled(amount, unitBytes[unit] ?? 0)
    if (pid === null || pid === 0 || bytes === null) continue
    footprints.set(pid, bytes)
    pid = null
  }
  return footprints
}
