/** For which chain inputs are chosen just now, and which inputs every chain had last. */
import { create } from 'zustand'
import type { Chain } from '../../../../shared/chain.ts'
import type { PlanOrder } from '../../../../shared/plan.ts'
import type { InputSet } from '../../../../shared/run.ts'

/** What a run is begun with. */
export interface RunChoice {
  input: InputSet | null
  order: PlanOrder
  /** Null: as the settings say. */
  autoUnload: boolean | null
}

export interface InputsRequest {
  /** As it is by now, saved or not. */
  chain: Chain
  choice?: Partial<RunChoice>
  /** Told of every change, so that a plan beside the dialog can follow. */
  onChange?: (choice: RunChoice) => void
}

export const useInputsStore = create<{ request: InputsRequest | null }>(() => ({ request: null }))

/** Opens the dialog that asks what a chain is run on, and runs it. */
export function openInputs(request: InputsRequest): void {
  useInputsStore.setState({ request })
}

export function closeInputs(): void {
  useInputsStore.setState({ request: null })
}

const shelf = 'stoker.inputs'
const mostRemembered = 200

function readShelf(): Record<string, string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(shelf) ?? '{}')
    if (kept === null || typeof kept !== 'object') return {}
    const ids = Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    return Object.fromEntries(ids)
  } catch {
    return {}
  }
}

/** The id of the inputs this chain had last; they may be gone by now. */
export function lastInputId(chainId: string): string | null {
  return readShelf()[chainId] ?? null
}

export function rememberInput(chainId: string, inputId: string): void {
  const others = Object.entries(readShelf()).filter(([id]) => id !== chainId)
  try {
    const kept = [...others.slice(1 - mostRemembered), [chainId, inputId]]
    localStorage.setItem(shelf, JSON.stringify(Object.fromEntries(kept)))
  } catch {
    // A full or forbidden shelf costs only that they must be chosen again.
  }
}
