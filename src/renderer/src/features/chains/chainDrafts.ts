/** What is not saved yet, kept on this page's own shelf: it outlives a reload and a core that is away. */
import type { Chain } from '../../../../shared/chain.ts'

export interface ChainDraft {
  chain: Chain
  /** Of the saved state it was made from; null: it was never saved. */
  basedOn: number | null
}

const prefix = 'stoker.chainDraft.'

export function keepDraft(draft: ChainDraft): void {
  try {
    localStorage.setItem(prefix + draft.chain.id, JSON.stringify(draft))
  } catch {
    // A full or forbidden shelf costs the draft only if the page is closed before it could be saved.
  }
}

export function dropDraft(chainId: string): void {
  try {
    localStorage.removeItem(prefix + chainId)
  } catch {
    // Nothing was kept then either.
  }
}

export function findDraft(chainId: string): ChainDraft | null {
  try {
    return readDraft(localStorage.getItem(prefix + chainId))
  } catch {
    return null
  }
}

export function allDrafts(): ChainDraft[] {
  try {
    const keys = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '')
    return keys.filter((key) => key.startsWith(prefix)).flatMap((key) => readDraft(localStorage.getItem(key)) ?? [])
  } catch {
    return []
  }
}

function readDraft(text: string | null): ChainDraft | null {
  try {
    const draft = JSON.parse(text ?? 'null') as ChainDraft | null
    return typeof draft?.chain?.id === 'string' && Array.isArray(draft.chain.steps) ? draft : null
  } catch {
    return null
  }
}
