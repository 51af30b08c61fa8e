/** What loaded models hold and loading ones will. Pure, and worked out once for all the rows that ask with the same things. */
import type { ModelMemory } from '../../../../shared/memory.ts'
import type { Model } from '../../../../shared/model.ts'
import { bytesToFetch } from '../../lib/bytesToFetch.ts'

type Models = Readonly<Record<string, Model>>
type Held = readonly ModelMemory[]

/** null when one of them is unknown. */
function add(byKey: Models, held: Held): number | null {
  let sum = 0
  for (const { heldBytes } of held) {
    if (heldBytes === null) return null
    sum += heldBytes
  }
  for (const model of Object.values(byKey)) if (model.state === 'loading') sum += bytesToFetch(model, held)
  return sum
}

let last: { byKey: Models; held: Held; bytes: number | null } | null = null

export function spokenForBytes(byKey: Models, held: Held | undefined): number | null {
  if (held === undefined) return null
  if (last?.byKey !== byKey || last.held !== held) last = { byKey, held, bytes: add(byKey, held) }
  return last.bytes
}
