/** Every setting with its value in force, where that is from, and what it would be otherwise. */
import { Button, Switch, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconSearch, IconSearchOff } from '@tabler/icons-react'
import { useMemo, useRef, useState } from 'react'
import { EmptyState } from '../../components/EmptyState.tsx'
import { Screen } from '../../components/Screen.tsx'
import { shortcut } from '../../lib/platform.ts'
import { useInfoStore } from '../../stores/infoStore.ts'
import { useSettingStore } from '../../stores/settingStore.ts'
import { searchFieldId } from '../frame/useShortcuts.ts'
import { aboutName, AboutCard } from './AboutCard.tsx'
import { modelsFileName } from './modelsFile/modelsFileName.ts'
import { ModelsFileSection } from './modelsFile/ModelsFileSection.tsx'
import { SettingGroupCard } from './SettingGroupCard.tsx'
import { SettingIndex } from './SettingIndex.tsx'
import { settingGroups, type SettingWish } from './settingSearch.ts'
import classes from './SettingsScreen.module.css'

const everySetting: SettingWish = { search: '', isChangedOnly: false }

interface WishProps {
  wish: SettingWish
  onChange: (wish: SettingWish) => void
}

function Actions({ wish, onChange }: WishProps) {
  return (
    <>
      <Switch
        size="xs"
        label="Only changed"
        checked={wish.isChangedOnly}
        onChange={(change) => onChange({ ...wish, isChangedOnly: change.currentTarget.checked })}
      />
      <TextInput
        id={searchFieldId}
        className={classes.search}
        aria-label="Search settings"
        placeholder={`Search  ${shortcut('F')}`}
        leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
        value={wish.search}
        onChange={(change) => onChange({ ...wish, search: change.currentTarget.value })}
        onKeyDown={(press) => press.key === 'Escape' && onChange({ ...wish, search: '' })}
      />
    </>
  )
}

function NothingFound({ wish, onChange }: WishProps) {
  const isSearching = wish.search.trim() !== ''
  return (
    <EmptyState
      icon={<IconSearchOff size={22} stroke={1.6} />}
      title={isSearching ? 'No such setting' : 'Nothing is changed'}
      actions={<Button onClick={() => onChange(everySetting)}>Show all settings</Button>}
    >
      {isSearching
        ? `Nothing in the names, explanations or variables${wish.isChangedOnly ? ' of what is changed' : ''} holds “${wish.search}”.`
        : 'Every setting has its default.'}
    </EmptyState>
  )
}

export function SettingsScreen() {
  const { settings, isKnown } = useSettingStore()
  const info = useInfoStore((mirror) => mirror.info)
  const [wish, setWish] = useState(everySetting)
  const content = useRef<HTMLDivElement>(null)
  const groups = useMemo(() => settingGroups(settings, wish), [settings, wish])
  const isWhole = wish.search === '' && !wish.isChangedOnly
  const isAboutShown = info !== null && isWhole
  const names = [...groups.map(({ name }) => name), ...(isAboutShown ? [modelsFileName, aboutName] : [])]

  return (
    <Screen title="Settings" actions={<Actions wish={wish} onChange={setWish} />}>
      <div className={classes.frame} ref={content}>
        <div className={classes.columns}>
          <SettingIndex names={names} content={content} />
          <div className={classes.column}>
            {info !== null && info.problems.length > 0 && <Problems problems={info.problems} />}
            {!isKnown && <p className={classes.quiet}>Reading the settings…</p>}
            {groups.map((group) => (
              <SettingGroupCard key={group.name} group={group} />
            ))}
            {isKnown && groups.length === 0 && <NothingFound wish={wish} onChange={setWish} />}
            {isAboutShown && <ModelsFileSection />}
            {isAboutShown && <AboutCard info={info} />}
          </div>
        </div>
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
