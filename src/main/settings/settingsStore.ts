/** Settings with their precedence (environment > file > default) and the configured hosts, in one file that is only ever replaced whole. */
import { StokerError } from '../../shared/errors.ts'
import type { HostConfig } from '../../shared/model.ts'
import {
  settingDefinitions,
  settingNames,
  type SettingName,
  type SettingState,
  type Settings
} from '../../shared/settings.ts'
import type { WatchFile } from '../lib/fileWatch.ts'
import { mergeHosts } from './mergeHosts.ts'
import { createSettingsFileStore } from './settingsFileStore.ts'
import { contradictionOf, describeSettings, parseSetting, withUnit } from './settingValues.ts'

export interface SettingsStore {
  get<Name extends SettingName>(name: Name): Settings[Name]
  /** Every value in force; a new object only where one has changed. */
  values(): Settings
  all(): SettingState[]
  /** Rejects with `invalid_input` (unknown name, bad value, held by the environment, against another) or `storage_failed`; then nothing has changed. */
  update(name: string, value: unknown): Promise<SettingState>
  reset(name: string): Promise<SettingState>
  /** null until the user has changed the list. */
  hosts(): HostConfig[] | null
  saveHosts(hosts: HostConfig[]): Promise<void>
  /** What is wrong with the file: set aside at the start, mistyped since. */
  readonly problems: readonly string[]
  /** Ends the watch over the file. */
  dispose(): void
}

interface SettingsDeps {
  path: string
  environment: Record<string, string | undefined>
  now: () => number
  /** Left out: what others write into the file counts at the next start. */
  watchFile?: WatchFile
  /** Once for every setting that has changed. */
  onChange: (settings: SettingState[], changedName: SettingName) => void
  /** What is found wrong with the file while Stoker runs. */
  onProblem?: (problem: string) => void
}

export function createSettingsStore(deps: SettingsDeps): SettingsStore {
  const { path, environment, now, onChange } = deps
  const file = createSettingsFileStore({
    path,
    now,
    watchFile: deps.watchFile ?? (() => () => {}),
    onTakenUp: takeUp,
    onProblem: (problem) => deps.onProblem?.(problem)
  })
  let states = describeSettings(environment, file.content().settings)
  /** The list as the hosts' registry has it. */
  let registered = file.content().hosts
  let values = valuesOf(states)
  const all = (): SettingState[] => settingNames.map((name) => states[name])

  /** One change may move two settings: where they had contradicted each other. */
  function takeUp(): void {
    const before = states
    states = describeSettings(environment, file.content().settings)
    values = valuesOf(states)
    const changed = settingNames.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(states[name]))
    for (const name of changed) onChange(all(), name)
  }

  async function changeSetting(
    name: SettingName,
    compute: (settings: Record<string, unknown>) => Record<string, unknown>
  ): Promise<SettingState> {
    await file.change((content) => {
      const settings = compute(content.settings)
      const wrong = contradictionOf(name, environment, settings)
      if (wrong && (Object.hasOwn(settings, name) || !contradictionOf(name, environment, content.settings)))
        throw refusedPair(wrong)
      return { ...content, settings }
    })
    takeUp()
    return states[name]
  }

  return {
    get problems() {
      return file.problems()
    },
    values: () => values,
    all,
    get: (name) => values[name],
    async update(name, value) {
      const known = knownName(name)
      if (states[known].source === 'env') throw heldByEnvironment(states[known])
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
    hosts: () => file.content().hosts,
    async saveHosts(hosts) {
      await file.change((content) => ({ ...content, hosts: mergeHosts(registered ?? [], hosts, content.hosts) }))
      registered = hosts
    },
    dispose: file.dispose
  }
}

function valuesOf(states: Readonly<Record<SettingName, SettingState>>): Settings {
  return Object.fromEntries(settingNames.map((name) => [name, states[name].value])) as unknown as Settings
}

function knownName(name: string): SettingName {
  if (Object.hasOwn(settingDefinitions, name)) return name as SettingName
  throw new StokerError('invalid_input', `There is no setting named "${name.slice(0, 64)}".`)
}

function heldByEnvironment({ environmentName: variable }: SettingState): StokerError {
  return new StokerError(
    'invalid_input',
    `${variable} decides this setting.`,
    `Start Stoker without ${variable} to change it here.`
  )
}

function refusedValue(name: SettingName, problem: string): StokerError {
  return new StokerError('invalid_input', `${settingDefinitions[name].label}: ${problem}.`)
}

function refusedPair({ low, high }: { low: SettingState; high: SettingState }): StokerError {
  return new StokerError(
    'invalid_input',
    `“${low.label}” (${withUnit(low)}) cannot be above “${high.label}” (${withUnit(high)}).`,
    'Change the other one first.'
  )
}
