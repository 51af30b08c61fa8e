/** Saving one setting: what is under way, and what the server said against it. */
import { useState } from 'react'
import type { SettingState } from '../../../../shared/settings.ts'
import { toErrorInfo } from '../../../../shared/errors.ts'
import { request } from '../../host/client.ts'
import { RequestError } from '../../host/requestError.ts'
import { useSettingStore } from '../../stores/settingStore.ts'

export interface SettingEdit {
  isSaving: boolean
  /** null while nothing is wrong. */
  refusal: string | null
  /** True when the server took it. */
  save(value: string | number): Promise<boolean>
  reset(): Promise<boolean>
  forget(): void
}

export function useSettingEdit(name: SettingState['name']): SettingEdit {
  const [isSaving, setSaving] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)

  async function send(ask: () => Promise<{ setting: SettingState }>): Promise<boolean> {
    setSaving(true)
    try {
      take((await ask()).setting)
      setRefusal(null)
      return true
    } catch (thrown) {
      const { message, hint } = thrown instanceof RequestError ? thrown : toErrorInfo(thrown)
      setRefusal(hint === null ? message : `${message} ${hint}`)
      return false
    } finally {
      setSaving(false)
    }
  }

  return {
    isSaving,
    refusal,
    save: (value) => send(() => request('settings.update', { name, value })),
    reset: () => send(() => request('settings.reset', { name })),
    forget: () => setRefusal(null)
  }
}

/** The answer may come before the event that says the same. */
function take(setting: SettingState): void {
  useSettingStore.setState((mirror) => ({
    settings: mirror.settings.map((each) => (each.name === setting.name ? setting : each))
  }))
}
