/** A value that is typed: shown as people say it, read back when Return is pressed or the field is left. */
import { TextInput } from '@mantine/core'
import { useState, type KeyboardEvent } from 'react'
import type { SettingState } from '../../../../shared/settings.ts'
import classes from './SettingField.module.css'
import { kindOf, readText } from './settingText.ts'
import { outOfRange, settingWords, unitWord } from './settingWords.ts'
import { valueText } from './sourceWords.ts'
import type { SettingEdit } from './useSettingEdit.ts'

interface SettingFieldProps {
  setting: SettingState
  edit: SettingEdit
  /** Ids of the words that explain the field. */
  describedBy: string
}

export function SettingField({ setting, edit, describedBy }: SettingFieldProps) {
  const inForce = valueText(setting, setting.value)
  const [typed, setTyped] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const unit = typed === null ? unitWord(setting) : null

  async function commit(): Promise<void> {
    if (typed === null || typed.trim() === inForce) return restore()
    const read = readText(typed, kindOf(setting.name), settingWords(setting.name).specials)
    const wrong = read.isClear ? outOfRange(setting, read.value) : read.problem
    setProblem(wrong)
    if (wrong === null && read.isClear && (await edit.save(read.value))) setTyped(null)
  }

  function restore(): void {
    setTyped(null)
    setProblem(null)
    edit.forget()
  }

  function onKeyDown(press: KeyboardEvent<HTMLInputElement>): void {
    if (press.key === 'Enter') void commit()
    if (press.key === 'Escape') restore()
  }

  return (
    <TextInput
      classNames={{ input: classes.input ?? '' }}
      aria-label={setting.label}
      aria-describedby={describedBy}
      value={typed ?? inForce}
      disabled={setting.source === 'env'}
      {...(unit !== null && { rightSection: <span className={classes.unit}>{unit}</span>, rightSectionWidth: 74 })}
      error={problem ?? edit.refusal}
      onChange={(change) => setTyped(change.currentTarget.value)}
      onBlur={() => void commit()}
      onKeyDown={onKeyDown}
    />
  )
}
