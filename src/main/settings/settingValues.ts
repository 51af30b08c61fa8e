/** What is in force: environment over file over default, and a sane reading where two settings contradict each other. Pure. */
import {
  environmentNames,
  settingDefinitions,
  settingNames,
  type SettingName,
  type SettingSource,
  type SettingState
} from '../../shared/settings.ts'

type Environment = Readonly<Record<string, string | undefined>>
type FileSettings = Readonly<Record<string, unknown>>
type States = Record<SettingName, SettingState>

/** Pairs of which the first must not be above the second. */
export const orderedPairs: readonly (readonly [SettingName, SettingName])[] = [
  ['minConcurrency', 'maxConcurrency'],
  ['localRetryFirstDelayMs', 'localRetryMaxDelayMs'],
  ['remoteRetryFirstDelayMs', 'remoteRetryMaxDelayMs']
]

/** Every setting; whatever the file and the environment hold, each value is one that its schema takes. */
export function describeSettings(environment: Environment, file: FileSettings): States {
  const states = Object.fromEntries(
    settingNames.map((name) => [name, describeSetting(name, environment, ownValue(file, name))])
  ) as States
  for (const [low, high] of orderedPairs) makeSane(states[low], states[high])
  return states
}

/** Only text and numbers can be a value, and text must say something: coerced to a number, nothing at all would be 0. */
export function parseSetting(name: SettingName, value: unknown): { value: string | number } | { problem: string } {
  if (typeof value === 'string' ? value.trim() === '' : typeof value !== 'number') return { problem: 'it is empty' }
  const parsed = settingDefinitions[name].schema.safeParse(value)
  return parsed.success ? { value: parsed.data } : { problem: parsed.error.issues[0]?.message ?? 'it does not fit' }
}

/** The pair of which `name` is one half and which contradicts itself; null when all is well. */
export function contradictionOf(
  name: SettingName,
  environment: Environment,
  file: FileSettings
): { low: SettingState; high: SettingState } | null {
  const pair = orderedPairs.find((each) => each.includes(name))
  if (!pair) return null
  const [low, high] = pair.map((each) => describeSetting(each, environment, ownValue(file, each))) as [
    SettingState,
    SettingState
  ]
  return Number(low.value) > Number(high.value) ? { low, high } : null
}

/** A value that does not fit is passed over, and said. */
function describeSetting(name: SettingName, environment: Environment, fromFile: unknown): SettingState {
  const definition = settingDefinitions[name]
  const parse = (value: unknown): string | number | null => {
    const parsed = parseSetting(name, value)
    return 'value' in parsed ? parsed.value : null
  }
  const variables = environmentNames(name)
  const inForce = variables.find((variable) => parse(environment[variable]) !== null)
  const environmentValue = inForce === undefined ? null : parse(environment[inForce])
  const fileValue = parse(fromFile)
  const wrong = variables.find((variable) => environment[variable] && parse(environment[variable]) === null)
  const refused =
    wrong !== undefined
      ? `${wrong} is "${environment[wrong]?.slice(0, 80)}", which does not fit and is ignored.`
      : fromFile !== undefined && fileValue === null
        ? 'The value in the settings file does not fit and is ignored.'
        : null
  return {
    name,
    value: environmentValue ?? fileValue ?? definition.default,
    source: environmentValue !== null ? 'env' : fileValue !== null ? 'file' : 'default',
    environmentName: inForce ?? variables[0],
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

const strength: Record<SettingSource, number> = { env: 2, file: 1, default: 0 }

/** The one that was said less firmly gives way; of two said alike the upper one, being the guard, stays. */
function makeSane(low: SettingState, high: SettingState): void {
  if (Number(low.value) <= Number(high.value)) return
  const [bent, kept] = strength[low.source] > strength[high.source] ? [high, low] : [low, high]
  const side = bent === low ? 'above' : 'below'
  const reason = `${withUnit(bent)} is ${side} “${kept.label}” (${withUnit(kept)}), which is in force for both.`
  bent.problem = bent.problem === null ? reason : `${bent.problem} ${reason}`
  bent.value = kept.value
}

/** "8000 ms" */
export function withUnit({ value, unit }: SettingState): string {
  return unit === null ? String(value) : `${value} ${unit}`
}

function ownValue(file: FileSettings, name: SettingName): unknown {
  return Object.hasOwn(file, name) ? file[name] : undefined
}
