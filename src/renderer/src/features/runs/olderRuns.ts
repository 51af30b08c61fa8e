/** The runs behind the mirror's newest ones, and how both are one list. Pure. */
import type { RunSummary } from '../../../../shared/run.ts'

/** The list as it was when it was last made longer. */
export interface LongerList {
  runs: readonly RunSummary[]
  /** Nothing is older. */
  isWhole: boolean
}

/**
 * The mirror's, then what is known behind the last of them: what new runs have pushed out of the mirror is there too. Where the longer
 * list does not know that one, more has begun since than the mirror holds: the mirror stands alone, or runs would be missing between.
 */
export function joinOlder(newest: readonly RunSummary[], longer: LongerList): LongerList {
  const lastId = newest.at(-1)?.id
  const at = longer.runs.findIndex(({ id }) => id === lastId)
  if (at === -1) return { runs: newest, isWhole: false }
  return { runs: [...newest, ...longer.runs.slice(at + 1)], isWhole: longer.isWhole }
}
