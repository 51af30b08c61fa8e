/** Settings with their precedence (environment > file > default) and the configured hosts, in one file that is only ever replaced whole. */
import { existsSync, readFileSync, renameSync } from 'node:fs'
import PQueue from 'p-queue'
import { z } from 'zod'
import { StokerError } from '../../shared/errors.ts'
import { hostConfigSchema, type HostConfig } from '../../shared/model.ts'
import {
  environmentName,
  settingDefinitions,
  settingNames,
  type SettingName,
  type SettingState,
  type Settings
} from '../../shared/settings.ts'
import { writeFileAtomically } from '../lib/atomicFile.ts'

/** Loose on purpose: what a newer Stoker wrote is kept, not dropped. */
const fileSchema = z.looseObject({
  settings: z.record(z.string(), z.unknown()).default({}),
  hosts: z.array(hostConfigSchema).nullable().default(null)
})
type SettingsFile = z.infer<typeof fileSchema>
type FileSettings = SettingsFile['settings']

export interface SettingsStore {
  get<Name extends SettingName>(name: Name): Settings[Name]
  all(): SettingState[]
  /** Rejects with `invalid_input` (unknown name, bad value, held by the environment) or `storage_failed`; then nothing has changed. */
  update(name: string, value: unknown): Promise<SettingState>
  reset(name: string): Promise<SettingState>
  /** null until the user has changed the list. */
  hosts(): HostConfig[] | null
  saveHosts(hosts: HostConfig[]): Promise<void>
  /** Said once at start, for instance when a broken file was kept aside. */
  problems: readonly string[]
}

interface SettingsDeps {
  path: string
  environment: Record<string, string | undefined>
  now: () => number
  onChange: (settings: SettingState[], changedName: SettingName) => void
}

export function createSettingsStore({ path, environment, now, onChange }: SettingsDeps): SettingsStore {
  const problems: string[] = []
  let file = readSettingsFile(path, now, problems)

  const stateOf = (name: SettingName): SettingState =>
    describe(name, environment[environmentName(name)], file.settings[name])
  const all = (): SettingState[] => settingNames.map(stateOf)

  /**
   * The file first, then memory: a write that fails changes nothing. One at a time, and each begins with what the one before it has
   * written, so that two at once both count.
   */
  const writes = new PQueue({ concurrency: 1 })
  const change = (compute: (now: SettingsFile) => SettingsFile): Promise<void> =>
    writes.add(async () => {
      const next = compute(file)
      await writeFileAtomically(path, `${JSON.stringify({ version: 1, ...next }, null, 2)}\n`)
      file = next
    })

  async function changeSetting(name: SettingName, compute: (now: FileSettings) => FileSettings): Promise<SettingState> {
    await change((now) => ({ ...now, settings: compute(now.settings) }))
    onChange(all(), name)
    return stateOf(name)
  }

  return {
    problems,
    all,
    get: (name) => stateOf(name).value as Settings[typeof name],
    async update(name, value) {
      const known = knownName(name)
      if (stateOf(known).source === 'env') throw heldByEnvironment(known)
      const parsed = parseSetting(known, value)
      if ('problem' in parsed) throw refusedValue(known, parsed.problem)
      return changeSetting(known, (settings) => ({ ...settings, [known]: parsed.value }))
    },
    async reset(name) {
      const known = knownName(name)
      return changeSetting(known, (settings) =>
        Object.fromEntries(Object.entries(settings).filter(([key]) => key !== known))
      )
    },
    hosts: () => file.hosts,
    saveHosts: (hosts) => change((now) => ({ ...now, hosts }))
  }
}

function readSettingsFile(path: string, now: () => number, problems: string[]): SettingsFile {
  if (!existsSync(path)) return fileSchema.parse({})
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    const aside = `${path}.broken-${now()}`
    try {
      renameSync(path, aside)
      problems.push(`The settings file could not be read. It is kept as ${aside}, and the defaults are in force.`)
    } catch {
      problems.push(`The settings file ${path} could not be read, and the defaults are in force.`)
    }
    return fileSchema.parse({})
  }
}

/** Only text and numbers can be a value, and text must say something: coerced to a number, nothing at all would be 0. */
function parseSetting(name: SettingName, value: unknown): { value: string | number } | { problem: string } {
  if (typeof value === 'string' ? value.trim() === '' : typeof value !== 'number') return { problem: 'it is empty' }
  const parsed = settingDefinitions[name].schema.safeParse(value)
  return parsed.success ? { value: parsed.data } : { problem: parsed.error.issues[0]?.message ?? 'it does not fit' }
}

/** Environment over file over default; a value that does not fit is passed over, and said. */
function describe(name: SettingName, fromEnvironment: string | undefined, fromFile: unknown): SettingState {
  const definition = settingDefinitions[name]
  const parse = (value: unknown): string | number | null => {
    const parsed = parseSetting(name, value)
    return 'value' in parsed ? parsed.value : null
  }
  const environmentValue = parse(fromEnvironment)
  const fileValue = parse(fromFile)
  const refused =
    fromEnvironment && environmentValue === null
      ? `${environmentName(name)} is "${fromEnvironment}", which does not fit and is ignored.`
      : fromFile !== undefined && fileValue === null
        ? 'The value in the settings file does not fit and is ignored.'
        : null
  return {
    name,
    value: environmentValue ?? fileValue ?? definition.default,
    source: environmentValue !== null ? 'env' : fileValue !== null ? 'file' : 'default',
    environmentName: environmentName(name),
    fileValue,
    defaultValue: definition.default,
    problem: refused,
    label: definition.label,
    help: definition.help,
    unit: definition.unit,
    range: definition.range,
    choices: definition.choices,
    group: definition.group
  }
}

function knownName(name: string): SettingName {
  if (Object.hasOwn(settingDefinitions, name)) return name as SettingName
  throw new StokerError('invalid_input', `There is no setting named "${name.slice(0, 64)}".`)
}

function heldByEnvironment(name: SettingName): StokerError {
  const variable = environmentName(name)
  return new StokerError(
    'invalid_input',
    `${variable} decides this setting.`,
    `Start Stoker without ${variable} to change it here.`
  )
}

function refusedValue(name: SettingName, problem: string): StokerError {
  return new StokerError('invalid_input', `${settingDefinitions[name].label}: ${problem}.`)
}
