/** Lines of macOS's `sysctl name name ...`: "name: value"; names it does not know are left out or complained about, and shift nothing. */
import type { Pressure } from '../../../../shared/memory.ts'
import { parseScaled, parseWhole } from './parseWhole.ts'

export type SysctlValues = ReadonlyMap<string, string>

/** `sysctl` prints "name: value"; "name = value" is how older versions and some tools do. */
export function parseSysctlLines(lines: readonly string[]): SysctlValues {
  const values = new Map<string, string>()
  for (const line of lines) {
    const match = /^([a-z][\w.]*)(?::| +=) +(.*?)\s*$/i.exec(line)
    if (match?.[1] !== undefined && match[2] !== undefined) values.set(match[1], match[2])
  }
  return values
}

/** The "used" of vm.swapusage: "total = 2048.00M  used = 123.25M  free = 1924.75M  (encrypted)". */
export function parseSwapUsed(value: string | undefined): number | null {
  const [, amount, unit] = /(?:^|\s)used = (\d{1,12}(?:\.\d{1,6})?)([KMG])(?:\s|$)/.exec(value ?? '') ?? []
  if (amount === undefined) return null
  const bytes = Math.round(Number(amount) * (unit === 'K' ? 2 ** 10 : unit === 'M' ? 2 ** 20 : 2 ** 30))
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** kern.memorystatus_vm_pressure_level. */
export function parsePressureLevel(value: string | undefined): Pressure | null {
  if (value === '1') return 'normal'
  if (value === '2') return 'warn'
  return value === '4' ? 'critical' : null
}

/** iogpu.wired_limit_mb, in MiB whatever its name says. 0 is "the system's own rule", not a limit. */
export function parseWiredLimit(value: string | undefined): number | null {
  return parseWhole(value) === 0 ? null : parseScaled(value, 2 ** 20)
}
