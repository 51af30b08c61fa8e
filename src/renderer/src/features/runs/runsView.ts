/** What of the runs is looked at: the list's filters, one run, one of its items, or two runs beside each other. */
import { create } from 'zustand'
import type { ItemFilter, RunStatus } from '../../../../shared/run.ts'
import { goTo } from '../../stores/uiStore.ts'

/** `active` is whatever has not ended. */
export type StatusFilter = RunStatus | 'active'

export interface RunsView {
  /** Null: the list. */
  runId: string | null
  /** Beside the run: the one it is compared with. */
  otherId: string | null
  /** The item whose details are shown. */
  item: number | null
  search: string
  status: StatusFilter | null
  chainId: string | null
  itemStatus: ItemFilter | null
  itemSearch: string
  /** The run of the list that the keyboard is at. */
  focusedId: string | null
}

const noItem = { item: null, itemStatus: null, itemSearch: '' } as const

export const useRunsView = create<RunsView>(() => ({
  runId: null,
  otherId: null,
  search: '',
  status: null,
  chainId: null,
  focusedId: null,
  ...noItem
}))

export function openRun(runId: string): void {
  useRunsView.setState({ runId, otherId: null, focusedId: runId, ...noItem })
}

/** From anywhere. */
export function showRun(runId: string): void {
  openRun(runId)
  goTo('runs')
}

export function closeRun(): void {
  useRunsView.setState({ runId: null, otherId: null, ...noItem })
}

export function compareWith(otherId: string | null): void {
  useRunsView.setState({ otherId, item: otherId === null ? null : 0 })
}
