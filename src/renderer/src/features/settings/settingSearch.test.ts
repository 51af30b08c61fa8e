import { describe, expect, it } from 'vitest'
import {
  environmentName,
  settingDefinitions,
  settingGroupNames,
  settingNames,
  type SettingState
} from '../../../../shared/settings.ts'
import { settingParts } from './settingFamilies.ts'
import { resettable, settingGroups } from './settingSearch.ts'
import { unitWord } from './settingWords.ts'
import { sourceWords, valueText } from './sourceWords.ts'

const settings: SettingState[] = settingNames.map((name) => {
  const { label, help, unit, range, choices, group, default: value } = settingDefinitions[name]
  return {
    name,
    value,
    source: 'default',
    environmentName: environmentName(name),
    fileValue: null,
    defaultValue: value,
    problem: null,
    label,
    help,
    unit,
    range,
    choices,
    group
  }
})
const keepAlive = settings.find(({ name }) => name === 'defaultKeepAliveSeconds') as SettingState

const all = { search: '', isChangedOnly: false }
const found = (search: string) => settingGroups(settings, { ...all, search })

describe('settingGroups', () => {
  it('shows every setting once, in groups', () => {
    const groups = settingGroups(settings, all)
    expect(groups.map(({ name }) => name)).toEqual([...settingGroupNames])
    expect(groups.flatMap((group) => group.settings)).toHaveLength(settingNames.length)
  })

  it('finds by label, by help and by the name of the variable; a group without a hit is left out', () => {
    expect(found('theme').map(({ name }) => name)).toEqual(['Appearance'])
    expect(found('STOKER_RESERVE').flatMap((group) => group.settings)).toHaveLength(1)
    expect(found('silence answer').flatMap((group) => group.settings)).toHaveLength(1)
    expect(found('no such thing')).toEqual([])
  })
})

describe('what is changed', () => {
  const [first, second, third, ...rest] = settings as [SettingState, SettingState, SettingState, ...SettingState[]]
  const mine: SettingState = { ...first, source: 'file', fileValue: 9, value: 9 }
  const held: SettingState = { ...second, source: 'env', fileValue: 60, value: 30 }
  const some = [mine, held, third, ...rest]

  it('is what is set by the person or by the environment', () => {
    const groups = settingGroups(some, { ...all, isChangedOnly: true })
    expect(groups.flatMap((group) => group.settings)).toEqual([mine, held])
    expect(settingGroups(settings, { ...all, isChangedOnly: true })).toEqual([])
  })

  it('is reset with its group only where a reset would change something', () => {
    expect(resettable(some)).toEqual([mine])
  })
})

describe('settings that are read together', () => {
  it('stand under one heading with short labels, each once, in their order', () => {
    const parts = settingParts(settings)
    expect(parts.flatMap(({ rows }) => rows.map(({ setting }) => setting.name))).toEqual(settingNames)
    const titled = parts.filter(({ title }) => title !== null)
    expect(titled.map(({ title, rows }) => [title, ...rows.map(({ label }) => label)])).toEqual([
      ['Servers on this machine', 'Attempts', 'First pause', 'Longest pause'],
      ['Other servers', 'Attempts', 'First pause', 'Longest pause'],
      ['Answers at once on a host', 'At least', 'At most']
    ])
  })
})

describe('the unit beside a number', () => {
  const named = (name: string, value: number) =>
    unitWord({ ...(settings.find((each) => each.name === name) as SettingState), value })

  it('is said in the singular of one, and not where the value says it or is a word', () => {
    expect(named('maxLoadedModels', 2)).toBe('models')
    expect(named('breakerFailures', 1)).toBe('failure')
    expect(named('engineThreads', 0)).toBeNull()
    expect(named('apiTimeoutMs', 30_000)).toBeNull()
  })
})

describe('sourceWords', () => {
  it('says what the value would be without the override, in its own words', () => {
    expect(sourceWords(keepAlive)).toBe('Default')
    expect(sourceWords({ ...keepAlive, source: 'file', value: -1, fileValue: -1 })).toBe('Set by you, default 10 min')
    const held = { ...keepAlive, source: 'env' as const, value: 60 }
    expect(sourceWords(held)).toBe('Set by STOKER_DEFAULT_KEEP_ALIVE_SECONDS, without it 10 min')
    const firstToken = settings.find(({ name }) => name === 'firstTokenTimeoutMs') as SettingState
    const held1500 = { ...firstToken, source: 'env' as const, value: 1_500 }
    expect(valueText(held1500, 1_500)).toBe('1.5 s')
    expect(sourceWords(held1500)).toBe('Set by STOKER_FIRST_TOKEN_TIMEOUT_MS, without it 1 min')
    expect(sourceWords({ ...held, fileValue: -1 })).toBe('Set by STOKER_DEFAULT_KEEP_ALIVE_SECONDS, without it Always')
    const reaction = settings.find(({ name }) => name === 'pressureReaction') as SettingState
    expect(sourceWords({ ...reaction, source: 'file', value: 'unload', fileValue: 'unload' })).toBe(
      'Set by you, default Offer to unload'
    )
  })
})
