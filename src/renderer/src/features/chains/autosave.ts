/**
 * Saves the chain on the canvas a moment after each change, and at once when it is left. What could not be saved stays on this page's
 * shelf and is tried again; what another window saved meanwhile is never overwritten unasked.
 */
import { create } from 'zustand'
import type { Chain } from '../../../../shared/chain.ts'
import { failureWords } from '../../host/failureWords.ts'
import { request } from '../../host/client.ts'
import { RequestError } from '../../host/requestError.ts'
import { notifyDone } from '../../actions/notify.ts'
import { useChainStore } from '../../stores/chainStore.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { followForeign, openDocument, useChainDocument } from './chainDocument.ts'
import { dropDraft, findDraft, keepDraft, type ChainDraft } from './chainDrafts.ts'
import { sameChain } from './sameChain.ts'

export interface ChainSaving {
  state: 'saved' | 'waiting' | 'saving' | 'failed'
  /** Why it was not saved. */
  failure: string | null
  /** What another window saved while there are changes here. */
  theirs: Chain | null
}

export const useChainSaving = create<ChainSaving>(() => ({ state: 'saved', failure: null, theirs: null }))

const afterMs = 600
const againAfterMs = 5_000

/** The state the core has, as far as is known here. */
let saved: Chain | null = null
let savedAt: number | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let isUnderWay = false
/** Sent, and never answered: the core may have it all the same. */
let unanswered: Chain | null = null
/** Left while an earlier state of it was being saved: saved after that. */
let left: Chain | null = null

function current(): Chain | null {
  return useChainDocument.getState().chain
}

export function isChanged(): boolean {
  const chain = current()
  return chain !== null && chain !== saved
}

/** Opens what the core has, or what was not saved of it the last time. `at` null: it is new, and saved now for the first time. */
export function openSaved(chain: Chain, at: number | null): void {
  clearTimeout(timer)
  const draft = findDraft(chain.id)
  saved = at === null ? null : chain
  savedAt = at
  unanswered = null
  useChainSaving.setState({ state: 'saved', failure: null, theirs: null })
  if (draft !== null && sameChain(draft.chain, chain)) dropDraft(chain.id)
  else if (draft !== null) {
    openDocument(draft.chain)
    if (draft.basedOn === at) saveSoon(0)
    else useChainSaving.setState({ state: 'waiting', theirs: chain })
    return
  }
  openDocument(chain)
  if (at === null) saveSoon(0)
}

/** Opens what was not saved, where the core cannot be asked what it has. */
export function openDraft({ chain, basedOn }: ChainDraft): void {
  saved = null
  savedAt = basedOn
  unanswered = null
  useChainSaving.setState({ state: 'waiting', failure: null, theirs: null })
  openDocument(chain)
  saveSoon(0)
}

/** Undone to what is saved: there is nothing left to save. */
function settle(): void {
  const chain = current()
  if (chain === null || isUnderWay || isChanged() || useChainSaving.getState().theirs !== null) return
  clearTimeout(timer)
  dropDraft(chain.id)
  useChainSaving.setState({ state: 'saved', failure: null })
}

function saveSoon(ms = afterMs): void {
  clearTimeout(timer)
  timer = setTimeout(() => void saveNow(), ms)
}

export async function saveNow(): Promise<void> {
  clearTimeout(timer)
  const chain = current()
  if (chain === null || chain === saved || isUnderWay || useChainSaving.getState().theirs !== null) return
  useChainSaving.setState({ state: 'saving', failure: null })
  await send(chain, savedAt)
}

async function send(chain: Chain, basedOn: number | null): Promise<void> {
  isUnderWay = true
  try {
    const answer = await request('chains.save', { chain, basedOnSavedAt: basedOn ?? 0 })
    isUnderWay = false
    onSaved(chain, answer.chain.savedAt)
  } catch (thrown) {
    isUnderWay = false
    const isOpen = current()?.id === chain.id
    const newest = isOpen ? current() : left?.id === chain.id ? left : chain
    keepDraft({ chain: newest ?? chain, basedOn })
    left = null
    if (isOpen) {
      useChainSaving.setState({ state: 'failed', failure: failureWords(thrown) })
      // Refused, it is not there; without an answer, it may be.
      if (thrown instanceof RequestError && thrown.code === 'conflict') void takeForeign(chain.id)
      else unanswered = chain
    }
  }
  if (isChanged()) saveSoon(useChainSaving.getState().state === 'failed' ? againAfterMs : afterMs)
  else settle()
}

function onSaved(chain: Chain, at: number): void {
  const isOpen = current()?.id === chain.id
  if (isOpen) {
    saved = chain
    savedAt = at
    unanswered = null
    if (current() === chain) useChainSaving.setState({ state: 'saved', failure: null })
  }
  // What another window saved while this was under way.
  onList()
  const next = left
  left = null
  if (next?.id !== chain.id) return dropDraft(chain.id)
  keepDraft({ chain: next, basedOn: at })
  if (!isOpen) void send(next, at)
}

/** The chain is left: what is open of it is saved, however soon after the change. */
export function leaveDocument(): void {
  const chain = current()
  if (chain === null || !isChanged()) return
  keepDraft({ chain, basedOn: savedAt })
  if (useChainSaving.getState().theirs !== null) return
  if (isUnderWay) left = chain
  else void saveNow()
}

export function takeTheirs(): void {
  const { theirs } = useChainSaving.getState()
  if (theirs === null) return
  saved = theirs
  dropDraft(theirs.id)
  useChainSaving.setState({ state: 'saved', failure: null, theirs: null })
  followForeign(theirs)
}

export function keepOurs(): void {
  useChainSaving.setState({ theirs: null, state: 'waiting' })
  void saveNow()
}

/** Another window saved it: shown at once where nothing is open here, else both are offered. */
async function takeForeign(chainId: string): Promise<void> {
  const answer = await request('chains.get', { chainId }).catch(() => null)
  if (answer === null || current()?.id !== chainId || isUnderWay || answer.savedAt <= (savedAt ?? 0)) return
  savedAt = answer.savedAt
  const isOurs = unanswered !== null && sameChain(answer.chain, unanswered)
  unanswered = null
  const now = current()
  if (now !== null && sameChain(answer.chain, now)) {
    saved = now
    return settle()
  }
  if (isOurs) {
    saved = answer.chain
    return saveSoon(0)
  }
  if (isChanged()) {
    clearTimeout(timer)
    useChainSaving.setState({ theirs: answer.chain, state: 'waiting', failure: null })
    return
  }
  saved = answer.chain
  followForeign(answer.chain)
  notifyDone(
    `${answer.chain.name} was changed in another window. Undo brings back what was here.`,
    `foreign ${chainId}`
  )
}

function onList(): void {
  const chain = current()
  if (chain === null || isUnderWay || savedAt === null) return
  const summary = useChainStore.getState().chains.find(({ id }) => id === chain.id)
  if (summary !== undefined && summary.savedAt > savedAt) void takeForeign(chain.id)
}

/** Saves while the builder is open. */
export function followDocument(): () => void {
  const leave = (): void => leaveDocument()
  const stops = [
    useChainDocument.subscribe((now, before) => {
      if (now.chain === null || before.chain === null || now.chain.id !== before.chain.id) return
      if (now.chain === before.chain) return
      if (!isChanged()) return settle()
      if (useChainSaving.getState().theirs === null) {
        useChainSaving.setState((saving) => ({ state: saving.state === 'failed' ? 'failed' : 'waiting' }))
        saveSoon()
      }
    }),
    useChainStore.subscribe(onList),
    useConnectionStore.subscribe((now, before) => {
      if (now.connection === 'open' && before.connection !== 'open' && isChanged()) saveSoon(0)
    })
  ]
  window.addEventListener('pagehide', leave)
  window.addEventListener('blur', leave)
  return () => {
    window.removeEventListener('pagehide', leave)
    window.removeEventListener('blur', leave)
    for (const stop of stops) stop()
    leaveDocument()
  }
}
