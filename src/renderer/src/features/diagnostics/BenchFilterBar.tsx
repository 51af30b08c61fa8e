/** Which rows of the bench are shown: by name, and by how they did. */
import { SegmentedControl, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { shortcut } from '../../lib/platform.ts'
import { searchFieldId } from '../frame/useShortcuts.ts'
import classes from './BenchFilterBar.module.css'
import { benchOutcomes, countOf, type BenchFilter, type BenchRow } from './benchRows.ts'
import { outcomeWords } from './outcomeWords.ts'

interface BenchFilterBarProps {
  rows: readonly BenchRow[]
  search: string
  filter: BenchFilter
  setSearch: (search: string) => void
  setFilter: (filter: BenchFilter) => void
}

export function BenchFilterBar({ rows, search, filter, setSearch, setFilter }: BenchFilterBarProps) {
  const filters: BenchFilter[] = ['all', ...benchOutcomes, 'untested']
  const label = (each: BenchFilter): string => `${each === 'all' ? 'All' : outcomeWords[each]} ${countOf(rows, each)}`
  return (
    <div className={classes.bar}>
      <TextInput
        id={searchFieldId}
        className={classes.search}
        aria-label="Search models"
        placeholder={`Search  ${shortcut('F')}`}
        leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
        value={search}
        onChange={(change) => setSearch(change.currentTarget.value)}
        onKeyDown={(press) => press.key === 'Escape' && setSearch('')}
      />
      <SegmentedControl
        aria-label="Outcome"
        data={filters.map((value) => ({ value, label: label(value) }))}
        value={filter}
        onChange={setFilter}
      />
    </div>
  )
}
