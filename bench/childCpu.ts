/** CPU time of the children this process has waited for; Node tells only of its own. */
import { readFileSync } from 'node:fs'

/** Linux counts it in hundredths of a second; 0 where that cannot be read. */
export function childCpuMs(): number {
  try {
    // After the name, which may hold spaces: state is field 3, cutime and cstime are fields 16 and 17.
    const fields = readFileSync('/proc/self/stat', 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[13]) + Number(fields[14])) * 10
  } catch {
    return 0
  }
}
