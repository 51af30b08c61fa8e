/**
 * The chain on the canvas: what is saved and undone, apart from what is selected or running. Every change by a person is one named step
 * of its history; typing in one field is one step until it pauses.
 */
import { create } from 'zustand'
import type { Chain } from '../../../../shared/chain.ts'
import { amend, commit, redo, startHistory, undo, type History } from './history.ts'

export interface ChainDocument {
  history: History<Chain> | null
  /** history.present, or null while no chain is open. */
  chain: Chain | null
  /** The field being typed in. */
  typing: string | null
}

export const useChainDocument = create<ChainDocument>(() => ({ history: null, chain: null, typing: null }))

const typingPauseMs = 1_200
let typingTimer: ReturnType<typeof setTimeout> | undefined

function show(history: History<Chain>, typing: string | null): void {
  useChainDocument.setState({ history, chain: history.present, typing })
}

export function openDocument(chain: Chain): void {
  endTyping()
  show(startHistory(chain), null)
}

export function closeDocument(): void {
  endTyping()
  useChainDocument.setState({ history: null, chain: null, typing: null })
}

/** One gesture, named for undo: "rename". `change` gives the same chain where nothing is to be done. */
export function edit(label: string, change: (chain: Chain) => Chain): void {
  const { history } = useChainDocument.getState()
  if (history === null) return
  endTyping()
  const next = commit(history, change(history.present), label)
  if (next !== history) show(next, null)
}

const foreignLabel = 'change from another window'

/** What another window does while nothing is done here is one step, however often it saves. */
export function followForeign(chain: Chain): void {
  const { history } = useChainDocument.getState()
  if (history === null) return
  endTyping()
  const isMore = history.past.at(-1)?.label === foreignLabel
  show(isMore ? amend(history, chain) : commit(history, chain, foreignLabel), null)
}

/** A letter in a field: one step with those before it in the same field, until typing pauses or the field is left. */
export function type(field: string, label: string, change: (chain: Chain) => Chain): void {
  const { history, typing } = useChainDocument.getState()
  if (history === null) return
  const next =
    typing === field ? amend(history, change(history.present)) : commit(history, change(history.present), label)
  clearTimeout(typingTimer)
  typingTimer = setTimeout(endTyping, typingPauseMs)
  if (next !== history) show(next, field)
}

export function endTyping(): void {
  clearTimeout(typingTimer)
  if (useChainDocument.getState().typing !== null) useChainDocument.setState({ typing: null })
}

/** What was undone, for words about it; null: there was nothing. */
export function undoEdit(): string | null {
  endTyping()
  const { history } = useChainDocument.getState()
  const label = history?.past.at(-1)?.label
  if (history === null || label === undefined) return null
  show(undo(history), null)
  return label
}

export function redoEdit(): string | null {
  endTyping()
  const { history } = useChainDocument.getState()
  const label = history?.future[0]?.label
  if (history === null || label === undefined) return null
  show(redo(history), null)
  return label
}
