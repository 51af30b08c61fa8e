/** What to show of the log: words, kind, model and host. */
import { Select, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { parseModelKey } from '../../../../shared/modelKey.ts'
import { shortcut } from '../../lib/platform.ts'
import { searchFieldId } from '../frame/useShortcuts.ts'
import { activityGroups, namedIn, type ActivityFilter } from './activityFilter.ts'
import classes from './ActivityFilterBar.module.css'
import { useHostName } from './useHostName.ts'

interface ActivityFilterBarProps {
  events: readonly ActivityEvent[]
  filter: ActivityFilter
  onChange: (filter: ActivityFilter) => void
}

export function ActivityFilterBar({ events, filter, onChange }: ActivityFilterBarProps) {
  const hostName = useHostName()
  const { models, hostIds } = useMemo(() => namedIn(events), [events])
  const nameOf = (hostId: string): string => hostName(hostId) ?? hostId
  const isTwice = (name: string): boolean => models.filter((key) => parseModelKey(key).name === name).length > 1
  const modelData = models.map((key) => {
    const { hostId, name } = parseModelKey(key)
    return { value: key, label: isTwice(name) ? `${name} on ${nameOf(hostId)}` : name }
  })
  return (
    <>
      <TextInput
        id={searchFieldId}
        className={classes.search}
        aria-label="Search the log"
        placeholder={`Search  ${shortcut('F')}`}
        leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
        value={filter.search}
        onChange={(change) => onChange({ ...filter, search: change.currentTarget.value })}
        onKeyDown={(press) => press.key === 'Escape' && onChange({ ...filter, search: '' })}
      />
      <Select
        className={classes.kind}
        aria-label="Kind of event"
        placeholder="Every kind"
        data={activityGroups}
        value={filter.group}
        onChange={(group) => onChange({ ...filter, group })}
        clearable
      />
      <Select
        className={classes.kind}
        aria-label="Model"
        placeholder="Every model"
        data={modelData}
        value={filter.model}
        onChange={(model) => onChange({ ...filter, model })}
        clearable
        searchable={models.length > 8}
      />
      {hostIds.length > 1 && (
        <Select
          className={classes.host}
          aria-label="Host"
          placeholder="Every host"
          data={hostIds.map((value) => ({ value, label: nameOf(value) }))}
          value={filter.hostId}
          onChange={(hostId) => onChange({ ...filter, hostId })}
          clearable
        />
      )}
    </>
  )
}
