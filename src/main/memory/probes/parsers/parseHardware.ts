/** The name of a Mac in `system_profiler SPHardwareDataType`: "      Model Name: Mac mini". */

/** Only the model: the report also holds serial numbers, which nobody needs. */
export function parseModelName(lines: readonly string[]): string | null {
  for (const line of lines) {
    const name = /^\s*Model Name: (.{1,40}?)\s*$/.exec(line)?.[1]
    if (name !== undefined) return name
  }
  return null
}
