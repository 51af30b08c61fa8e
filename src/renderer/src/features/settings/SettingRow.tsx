/** One setting: what it does, its value, where that is from, and the way back to the default. */
import { UnstyledButton } from '@mantine/core'
import { memo, useId } from 'react'
import type { SettingState } from '../../../../shared/settings.ts'
import { ChoiceControl } from './ChoiceControl.tsx'
import { SettingField } from './SettingField.tsx'
import classes from './SettingRow.module.css'
import { rangeText } from './settingWords.ts'
import { sourceWords } from './sourceWords.ts'
import { useSettingEdit } from './useSettingEdit.ts'

export const SettingRow = memo(function SettingRow({ setting }: { setting: SettingState }) {
  const edit = useSettingEdit(setting.name)
  const id = useId()
  const range = rangeText(setting)
  const isHeld = setting.source === 'env'
  return (
    <li className={classes.row}>
      <div className={classes.words}>
        <h3 className={classes.label}>{setting.label}</h3>
        <p id={`${id}help`} className={classes.help}>
          {setting.help}
        </p>
        {range !== null && (
          <p id={`${id}range`} className={`${classes.range} number`}>
            {range}
          </p>
        )}
      </div>
      <div className={classes.value}>
        {setting.choices !== null ? (
          <ChoiceControl setting={setting} choices={setting.choices} edit={edit} />
        ) : (
          <SettingField setting={setting} edit={edit} describedBy={`${id}help ${id}range ${id}source`} />
        )}
        {setting.choices !== null && edit.refusal !== null && <p className={classes.problem}>{edit.refusal}</p>}
        <div className={classes.foot}>
          <p id={`${id}source`} className={`${classes.source} ${isHeld ? 'data' : ''}`}>
            {sourceWords(setting)}
          </p>
          {setting.fileValue !== null && !isHeld && (
            <UnstyledButton
              className={classes.reset}
              disabled={edit.isSaving}
              aria-label={`Reset ${setting.label}`}
              onClick={() => void edit.reset()}
            >
              Reset
            </UnstyledButton>
          )}
        </div>
        {setting.problem !== null && <p className={classes.problem}>{setting.problem}</p>}
      </div>
    </li>
  )
})
