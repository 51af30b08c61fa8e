/** One group of settings, those that belong together under one heading, and the way back to the defaults for all of them. */
import { UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'
import { plural } from '../../lib/format.ts'
import { resetSettings } from './resetSettings.ts'
import { settingParts } from './settingFamilies.ts'
import { groupId } from './settingGroupId.ts'
import { SettingRow } from './SettingRow.tsx'
import { resettable, type SettingGroup } from './settingSearch.ts'
import classes from './SettingsScreen.module.css'
import { valueText } from './sourceWords.ts'

function ResetGroup({ group }: { group: SettingGroup }) {
  const [isAsking, setIsAsking] = useState(false)
  const changed = resettable(group.settings)
  if (changed.length < 2) return null
  return (
    <>
      <UnstyledButton
        className={classes.resetAll}
        aria-label={`Reset all of ${group.name}`}
        onClick={() => setIsAsking(true)}
      >
        Reset all
      </UnstyledButton>
      {isAsking && (
        <ConfirmDialog
          title={`Reset ${plural(changed.length, 'setting')} of ${group.name}?`}
          action={`Reset ${plural(changed.length, 'setting')}`}
          isDestructive={false}
          onConfirm={() => void resetSettings(group.name, changed)}
          onClose={() => setIsAsking(false)}
        >
          {changed.map((setting) => (
            <span key={setting.name} className={`${classes.resetLine} number`}>
              {setting.label}: {valueText(setting, setting.value)} becomes {valueText(setting, setting.defaultValue)}
            </span>
          ))}
        </ConfirmDialog>
      )}
    </>
  )
}

export function SettingGroupCard({ group }: { group: SettingGroup }) {
  return (
    <section id={groupId(group.name)} className={classes.group} aria-label={`${group.name} settings`} tabIndex={-1}>
      <header className={classes.head}>
        <h2 className={classes.title}>{group.name}</h2>
        <ResetGroup group={group} />
      </header>
      <ul className={classes.card}>
        {settingParts(group.settings).map(({ title, rows }) =>
          title === null ? (
            rows.map((row) => <SettingRow key={row.setting.name} {...row} />)
          ) : (
            <li key={title} className={classes.family}>
              <h3 className={classes.familyTitle}>{title}</h3>
              <ul className={classes.familyRows} aria-label={title}>
                {rows.map((row) => (
                  <SettingRow key={row.setting.name} {...row} />
                ))}
              </ul>
            </li>
          )
        )}
      </ul>
    </section>
  )
}
