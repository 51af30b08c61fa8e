/** Mirror of the settings in force. */
import { create } from 'zustand'
import type { SettingName, SettingState } from '../../../shared/settings.ts'

export interface SettingMirror {
  settings: readonly SettingState[]
  isKnown: boolean
}

export const useSettingStore = create<SettingMirror>(() => ({ settings: [], isKnown: false }))

export function settingValue(mirror: SettingMirror, name: SettingName): string | number | null {
  return mirror.settings.find((setting) => setting.name === name)?.value ?? null
}
