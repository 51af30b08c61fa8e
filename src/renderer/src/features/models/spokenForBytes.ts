/** What loaded models hold and loading ones will. Pure, and worked out once for all the rows that ask with the same things. */
import type { ModelMemory } from '../../../../shared/memory.ts'
import type { Host, Model } from '../../../../shared/model.ts'
import { bytesToFetch } from '../../lib/bytesToFetch.ts'

type Models = Readonly<Record<string, Model>>
type Held = readonly ModelMemory[]
type Hosts = readonly Host[]

/** null when one of them is unknown. */
function add(byKey: Models, held: Held, hosts: Hosts): number | null {
  const elsewhere = new Set(hosts.flatMap((host) => (host.isLocal ? [] : [host.id])))
  let sum = 0
  for (const { id, heldBytes } of held) {
    if (elsewhere.has(id.hostId)) continue
    if (heldBytes === null) return null
    sum += heldBytes
  }
  for (const model of Object.values(byKey))
    if (model.state === 'loading' && !elsewhere.has(model.id.hostId)) sum += bytesToFetch(model, held)
  return sum
}

let last: { byKey: Models; held: Held; hosts: Hosts; bytes: number | null } | null = null

export function spokenForBytes(byKey: Models, held: Held | undefined, hosts: Hosts): number | null {
  if (held === undefined) return null
  if (last?.byKey !== byKey || last.held !== held || last.hosts !== hosts)
    last = { byKey, held, hosts, bytes: add(byKey, held, hosts) }
  return last.bytes
}
