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
}

export const useChainDocument = create<ChainDocument>(() => ({ history: null, chain: null }))

const typingPauseMs = 1_200
/** The field being typed in. */
let typingIn: string | null = null
let typingTimer: ReturnType<typeof setTimeout> | undefined

function show(history: History<Chain>): void {
  useChainDocument.setState({ history, chain: history.present })
}

export function openDocument(chain: Chain): void {
  endTyping()
  show(startHistory(chain))
}

export function closeDocument(): void {
  endTyping()
  useChainDocument.setState({ history: null, chain: null })
}

/** One gesture, named for undo: "rename". `change` gives the same chain where nothing is to be done. */
export function edit(label: string, change: (chain: Chain) => Chain): void {
  const { history } = useChainDocument.getState()
  if (history === null) return
  endTyping()
  const next = commit(history, change(history.present), label)
  if (next !== history) show(next)
}

const foreignLabel = 'change from another window'

/** What another window does while nothing is done here is one step, however often it saves. */
export function followForeign(chain: Chain): void {
  const { history } = useChainDocument.getState()
  if (history === null) return
  endTyping()
  const isMore = history.past.at(-1)?.label === foreignLabel
  show(isMore ? amend(history, chain) : commit(history, chain, foreignLabel))
}

/** A letter in a field: one step with those before it in the same field, until typing pauses or the field is left. */
export function type(field: string, label: string, change: (chain: Chain) => Chain): void {
  const { history } = useChainDocument.getState()
  if (history === null) return
  const changed = change(history.present)
  const next = typingIn === field ? amend(history, changed) : commit(history, changed, label)
  clearTimeout(typingTimer)
  typingTimer = setTimeout(endTyping, typingPauseMs)
  if (next === history) return
  typingIn = field
  show(next)
}

export function endTyping(): void {
  clearTimeout(typingTimer)
  typingIn = null
}

export function undoEdit(): void {
  turn(undo)
}

export function redoEdit(): void {
  turn(redo)
}

function turn(by: (history: History<Chain>) => History<Chain>): void {
  endTyping()
  const { history } = useChainDocument.getState()
  if (history === null) return
  const next = by(history)
  if (next !== history) show(next)
}
