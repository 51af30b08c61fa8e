/** A value that is chosen from a few: taken at once. */
import { SegmentedControl } from '@mantine/core'
import type { SettingState } from '../../../../shared/settings.ts'
import type { SettingEdit } from './useSettingEdit.ts'
import type { SettingWords } from './settingWords.ts'

interface ChoiceControlProps {
  setting: SettingState
  choices: NonNullable<SettingWords['choices']>
  edit: SettingEdit
}

export function ChoiceControl({ setting, choices, edit }: ChoiceControlProps) {
  return (
    <SegmentedControl
      aria-label={setting.label}
      fullWidth
      data={[...choices]}
      value={String(setting.value)}
      disabled={setting.source === 'env'}
      onChange={(value) => void edit.save(value)}
    />
  )
}
