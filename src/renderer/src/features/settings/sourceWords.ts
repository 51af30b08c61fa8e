/** Why a setting has the value it has, and what it would be without the override. Pure. */
import type { SettingState } from '../../../../shared/settings.ts'
import { kindOf, writeValue } from './settingText.ts'
import { settingWords } from './settingWords.ts'

/** Any value of a setting as its field shows it. */
export function valueText(setting: SettingState, value: string | number): string {
  const { choices, specials } = settingWords(setting.name)
  if (typeof value === 'number') return writeValue(value, kindOf(setting.name), specials)
  return choices?.[value] ?? value
}

export function sourceWords(setting: SettingState): string {
  const { source, environmentName, fileValue, defaultValue } = setting
  if (source === 'default') return 'Default'
  if (source === 'file') return `Set by you, default ${valueText(setting, defaultValue)}`
  const without = valueText(setting, fileValue ?? defaultValue)
  return `Set by ${environmentName}, without it ${without}`
}
