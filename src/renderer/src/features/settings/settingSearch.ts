/** Settings in their groups, and which of them a person is looking for. Pure. */
import type { SettingState } from '../../../../shared/settings.ts'

export interface SettingGroup {
  name: string
  settings: SettingState[]
}

export interface SettingWish {
  search: string
  /** Only what is not at its default. */
  isChangedOnly: boolean
}

export function isChanged({ source }: SettingState): boolean {
  return source !== 'default'
}

/** Groups in the order they first appear; all words must be found in the label, help, group or variable. */
export function settingGroups(
  settings: readonly SettingState[],
  { search, isChangedOnly }: SettingWish
): SettingGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const groups = new Map<string, SettingState[]>()
  for (const setting of settings) {
    if (isChangedOnly && !isChanged(setting)) continue
    const text = `${setting.label} ${setting.help} ${setting.group} ${setting.environmentName}`.toLowerCase()
    if (!words.every((word) => text.includes(word))) continue
    groups.set(setting.group, [...(groups.get(setting.group) ?? []), setting])
  }
  return [...groups].map(([name, list]) => ({ name, settings: list }))
}

/** What a reset would change: set by the person, and not held by the environment. */
export function resettable(settings: readonly SettingState[]): SettingState[] {
  return settings.filter(({ source, fileValue }) => source !== 'env' && fileValue !== null)
}
