/** A value that is chosen from a few: taken at once. */
import { SegmentedControl } from '@mantine/core'
import type { SettingState } from '../../../../shared/settings.ts'
import type { SettingEdit } from './useSettingEdit.ts'
import { settingWords } from './settingWords.ts'

interface ChoiceControlProps {
  setting: SettingState
  choices: readonly string[]
  edit: SettingEdit
}

export function ChoiceControl({ setting, choices, edit }: ChoiceControlProps) {
  const labels = settingWords(setting.name).choices
  return (
    <SegmentedControl
      aria-label={setting.label}
      fullWidth
      data={choices.map((value) => ({ value, label: labels?.[value] ?? value }))}
      value={String(setting.value)}
      disabled={setting.source === 'env'}
      onChange={(value) => void edit.save(value)}
    />
  )
}
