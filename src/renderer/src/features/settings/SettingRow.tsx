/** One setting: what it does, its value, where that is from, and the way back to the default. */
import { UnstyledButton } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { memo, useId } from 'react'
import type { SettingState } from '../../../../shared/settings.ts'
import { ChoiceControl } from './ChoiceControl.tsx'
import { KeepAdviceNote } from './KeepAdviceNote.tsx'
import { SettingField } from './SettingField.tsx'
import classes from './SettingRow.module.css'
import { rangeText } from './settingWords.ts'
import { sourceWords } from './sourceWords.ts'
import { useSettingEdit, type SettingEdit } from './useSettingEdit.ts'

interface SettingRowProps {
  setting: SettingState
  /** Shorter than the setting's own under a heading that says the rest. */
  label: string
}

function Source({ setting, edit, id }: { setting: SettingState; edit: SettingEdit; id: string }) {
  const isHeld = setting.source === 'env'
  return (
    <div className={classes.foot}>
      <p id={id} className={`${classes.source} ${isHeld ? 'data' : ''}`}>
        {isHeld && <IconLock className={classes.lock} size={12} stroke={1.8} aria-hidden />}
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
  )
}

export const SettingRow = memo(function SettingRow({ setting, label }: SettingRowProps) {
  const edit = useSettingEdit(setting.name)
  const id = useId()
  const range = rangeText(setting)
  return (
    <li className={classes.row}>
      <div className={classes.words}>
        <h3 className={classes.label}>{label}</h3>
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
        <Source setting={setting} edit={edit} id={`${id}source`} />
        {setting.problem !== null && <p className={classes.problem}>{setting.problem}</p>}
      </div>
      {setting.name === 'defaultKeepAliveSeconds' && <KeepAdviceNote setting={setting} edit={edit} />}
    </li>
  )
})
