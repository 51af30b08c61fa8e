import { describe, expect, it } from 'vitest'
import {
  environmentName,
  settingDefinitions,
  settingGroupNames,
  settingNames,
  type SettingState
} from '../../../../shared/settings.ts'
import { settingGroups } from './settingSearch.ts'
import { sourceWords } from './sourceWords.ts'

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

describe('settingGroups', () => {
  it('shows every setting once, in groups', () => {
    const groups = settingGroups(settings, '')
    expect(groups.map(({ name }) => name)).toEqual([...settingGroupNames])
    expect(groups.flatMap((group) => group.settings)).toHaveLength(settingNames.length)
  })

  it('finds by label, by help and by the name of the variable; a group without a hit is left out', () => {
    expect(settingGroups(settings, 'theme').map(({ name }) => name)).toEqual(['Appearance'])
    expect(settingGroups(settings, 'STOKER_RESERVE').flatMap((group) => group.settings)).toHaveLength(1)
    expect(settingGroups(settings, 'silence answer').flatMap((group) => group.settings)).toHaveLength(1)
    expect(settingGroups(settings, 'no such thing')).toEqual([])
  })
})

describe('sourceWords', () => {
  it('says what the value would be without the override, in its own words', () => {
    expect(sourceWords(keepAlive)).toBe('Default')
    expect(sourceWords({ ...keepAlive, source: 'file', value: -1, fileValue: -1 })).toBe('Set by you, default 10 min')
    const held = { ...keepAlive, source: 'env' as const, value: 60 }
    expect(sourceWords(held)).toBe('Set by STOKER_DEFAULT_KEEP_ALIVE_SECONDS, without it 10 min')
    expect(sourceWords({ ...held, fileValue: -1 })).toBe('Set by STOKER_DEFAULT_KEEP_ALIVE_SECONDS, without it Always')
    const reaction = settings.find(({ name }) => name === 'pressureReaction') as SettingState
    expect(sourceWords({ ...reaction, source: 'file', value: 'unload', fileValue: 'unload' })).toBe(
      'Set by you, default Offer to unload'
    )
  })
})
