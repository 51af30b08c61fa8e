/** The text of the settings file, read with care: what cannot be understood is told apart from what a newer Stoker wrote. Pure. */
import { hostConfigSchema, type HostConfig } from '../../shared/model.ts'

/** Of the file this Stoker writes. One that it would misread has a larger number. */
export const settingsFileVersion = 1

export interface SettingsFile {
  settings: Record<string, unknown>
  /** Null until the user has changed the list. */
  hosts: HostConfig[] | null
  /** Entries of the list that make no sense: left out, said, and written again as they are. */
  badHosts: unknown[]
  /** Whatever else stands in the file is not ours to drop. */
  rest: Record<string, unknown>
}

export type ParsedSettingsFile =
  | { kind: 'read'; file: SettingsFile; problems: string[] }
  | { kind: 'newer'; version: number }
  | { kind: 'broken'; reason: string }

export const emptySettingsFile: SettingsFile = { settings: {}, hosts: null, badHosts: [], rest: {} }

export function parseSettingsFile(text: string): ParsedSettingsFile {
  let content: unknown
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return { kind: 'broken', reason: error instanceof Error ? error.message : String(error) }
  }
  if (!isRecord(content)) return { kind: 'broken', reason: 'it does not hold what a settings file holds' }
  const { version, settings = {}, hosts = null, ...rest } = content
  if (typeof version === 'number' && version > settingsFileVersion) return { kind: 'newer', version }
  if (!isRecord(settings)) return { kind: 'broken', reason: '"settings" is not a group of names and values' }
  if (hosts !== null && !Array.isArray(hosts)) return { kind: 'broken', reason: '"hosts" is not a list' }
  const { good, bad, problems } = salvageHosts(hosts ?? [])
  return { kind: 'read', file: { settings, hosts: hosts === null ? null : good, badHosts: bad, rest }, problems }
}

export function writeSettingsFile({ settings, hosts, badHosts, rest }: SettingsFile): string {
  const list = hosts === null && badHosts.length === 0 ? null : [...(hosts ?? []), ...badHosts]
  return `${JSON.stringify({ ...rest, version: settingsFileVersion, settings, hosts: list }, null, 2)}\n`
}

function salvageHosts(hosts: readonly unknown[]): { good: HostConfig[]; bad: unknown[]; problems: string[] } {
  const good: HostConfig[] = []
  const bad: unknown[] = []
  const problems: string[] = []
  for (const [index, host] of hosts.entries()) {
    const parsed = hostConfigSchema.safeParse(host)
    const isTaken = parsed.success && good.some(({ id }) => id === parsed.data.id)
    if (parsed.success && !isTaken) {
      good.push(parsed.data)
      continue
    }
    bad.push(host)
    const issue = parsed.error?.issues[0]
    const reason = isTaken
      ? 'another one has the same id'
      : [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')
    problems.push(`${nameOf(host, index)} in the settings file is left out: ${reason}. Its entry stays as it is.`)
  }
  return { good, bad, problems }
}

/** As a person finds it again in the file. */
function nameOf(host: unknown, index: number): string {
  const name = isRecord(host) ? (host['name'] ?? host['id']) : null
  return typeof name === 'string' && name !== '' ? `The host "${name.slice(0, 80)}"` : `Host ${index + 1}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
