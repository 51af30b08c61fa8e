/** Settings in their groups, and which of them a person is looking for. Pure. */
import type { SettingState } from '../../../../shared/settings.ts'

export interface SettingGroup {
  name: string
  settings: SettingState[]
}

/** Groups in the order they first appear; all words must be found in the label, help, group or variable. */
export function settingGroups(settings: readonly SettingState[], search: string): SettingGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const groups = new Map<string, SettingState[]>()
  for (const setting of settings) {
    const text = `${setting.label} ${setting.help} ${setting.group} ${setting.environmentName}`.toLowerCase()
    if (!words.every((word) => text.includes(word))) continue
    groups.set(setting.group, [...(groups.get(setting.group) ?? []), setting])
  }
  return [...groups].map(([name, list]) => ({ name, settings: list }))
}
