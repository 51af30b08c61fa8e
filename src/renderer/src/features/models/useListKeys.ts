/** Lets the keyboard work the list: arrows, Return, Space, L, U, Escape. */
import type { KeyboardEvent, RefObject } from 'react'
import { unloadModel } from '../../actions/modelActions.ts'
import { panelId } from '../../components/Screen.tsx'
import { useModelStore } from '../../stores/modelStore.ts'
import { useUiStore } from '../../stores/uiStore.ts'
import { listCommand, type ListCommand } from './listKeys.ts'
import { loadOrAsk } from './loadOrAsk.ts'
import { rowElement } from './useKeptFocus.ts'

interface ListKeys {
  list: RefObject<HTMLElement | null>
  keys: readonly string[]
  isNarrow: boolean
}

function openPanel(isNarrow: boolean, selectedKey: string): void {
  useUiStore.setState({ selectedKey, ...(isNarrow ? { isDrawerOpen: true } : { isInspectorOpen: true }) })
  // After the panel is there.
  if (!isNarrow) requestAnimationFrame(() => document.getElementById(panelId)?.focus())
}

function togglePanel(isNarrow: boolean): void {
  useUiStore.setState((ui) =>
    isNarrow ? { isDrawerOpen: !ui.isDrawerOpen } : { isInspectorOpen: !ui.isInspectorOpen }
  )
}

function focusRow(list: HTMLElement | null, key: string): void {
  useUiStore.setState({ selectedKey: key })
  const row = rowElement(list, key)
  row?.focus()
  row?.scrollIntoView({ block: 'nearest' })
}

/** `rowKey`: the row in hand, which is not always the selected one. */
function run(command: ListCommand, rowKey: string, { list, isNarrow }: ListKeys): void {
  const model = useModelStore.getState().byKey[rowKey]
  switch (command.do) {
    case 'select':
      return focusRow(list.current, command.key)
    case 'open':
      return openPanel(isNarrow, rowKey)
    case 'toggle-panel':
      return togglePanel(isNarrow)
    case 'leave':
      return useUiStore.setState({ search: '' })
    case 'load':
      if (model?.state === 'unloaded' || model?.state === 'failed') loadOrAsk(model.id)
      return
    case 'unload':
      if (model?.state === 'ready') void unloadModel(model.id)
  }
}

export function useListKeys(context: ListKeys): (event: KeyboardEvent) => void {
  return (event) => {
    // Keys belong to the row in hand; inside its buttons and menus they mean what they mean there.
    const rowKey = event.target instanceof HTMLElement ? event.target.dataset.key : undefined
    if (rowKey === undefined) return
    const command = listCommand(event.nativeEvent, context.keys, rowKey)
    if (command === null) return
    event.preventDefault()
    run(command, rowKey, context)
  }
}
