/** System, light or dark: applied at once, because the page follows the setting in force. */
import { SegmentedControl } from '@mantine/core'
import type { SettingState } from '../../../../shared/settings.ts'
import type { SettingEdit } from './useSettingEdit.ts'

const choices = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' }
]

export function ThemeControl({ setting, edit }: { setting: SettingState; edit: SettingEdit }) {
  return (
    <SegmentedControl
      aria-label={setting.label}
      fullWidth
      data={choices}
      value={String(setting.value)}
      disabled={setting.source === 'env'}
      onChange={(value) => void edit.save(value)}
    />
  )
}
