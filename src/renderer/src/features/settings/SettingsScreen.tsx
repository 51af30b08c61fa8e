/** Every setting with its value in force, where that is from, and what it would be otherwise. */
import { Button, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconSearch, IconSearchOff } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { EmptyState } from '../../components/EmptyState.tsx'
import { Screen } from '../../components/Screen.tsx'
import { shortcut } from '../../lib/platform.ts'
import { useInfoStore } from '../../stores/infoStore.ts'
import { useSettingStore } from '../../stores/settingStore.ts'
import { searchFieldId } from '../frame/useShortcuts.ts'
import { AboutCard } from './AboutCard.tsx'
import { SettingRow } from './SettingRow.tsx'
import { settingGroups } from './settingSearch.ts'
import classes from './SettingsScreen.module.css'

export function SettingsScreen() {
  const { settings, isKnown } = useSettingStore()
  const info = useInfoStore((mirror) => mirror.info)
  const [search, setSearch] = useState('')
  const groups = useMemo(() => settingGroups(settings, search), [settings, search])

  return (
    <Screen
      title="Settings"
      actions={
        <TextInput
          id={searchFieldId}
          className={classes.search}
          aria-label="Search settings"
          placeholder={`Search  ${shortcut('F')}`}
          leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
          value={search}
          onChange={(change) => setSearch(change.currentTarget.value)}
          onKeyDown={(press) => press.key === 'Escape' && setSearch('')}
        />
      }
    >
      <div className={classes.column}>
        {info !== null && info.problems.length > 0 && <Problems problems={info.problems} />}
        {!isKnown && <p className={classes.quiet}>Reading the settings…</p>}
        {groups.map((group) => (
          <section key={group.name} aria-label={`${group.name} settings`}>
            <h2 className={classes.title}>{group.name}</h2>
            <ul className={classes.card}>
              {group.settings.map((setting) => (
                <SettingRow key={setting.name} setting={setting} />
              ))}
            </ul>
          </section>
        ))}
        {isKnown && groups.length === 0 && (
          <EmptyState
            icon={<IconSearchOff size={22} stroke={1.6} />}
            title="No such setting"
            actions={<Button onClick={() => setSearch('')}>Show all settings</Button>}
          >
            Nothing in the names, explanations or variables holds “{search}”.
          </EmptyState>
        )}
        {info !== null && search === '' && <AboutCard info={info} />}
      </div>
    </Screen>
  )
}

function Problems({ problems }: { problems: readonly string[] }) {
  return (
    <ul className={classes.problems} role="status">
      {problems.map((problem) => (
        <li key={problem} className={classes.problem}>
          <IconAlertTriangle size={16} stroke={1.7} aria-hidden />
          <span className="data">{problem}</span>
        </li>
      ))}
    </ul>
  )
}
