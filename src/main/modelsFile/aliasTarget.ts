/** What an alias points at, from what stands behind it in the file and from what the hosts have. Pure. */
import type { ModelId } from '../../shared/model.ts'

export interface KnownModels {
  /** In the order of the list of hosts. */
  hosts: () => readonly { id: string; name: string }[]
  has(id: ModelId): boolean
}

export interface AliasTarget {
  target: ModelId
  /** No such model just now. */
  isMissing: boolean
  /** The other hosts that have a model of this bare name. */
  others: ModelId[]
}

/** "host/model", or a model's bare name: then the first host that has it. Ollama's ":latest" may be left out, as it may there. */
export function aliasTarget(written: string, known: KnownModels): AliasTarget {
  const named = onNamedHost(written, known)
  const there = named && found(named, known)
  if (there) return { target: there, isMissing: false, others: [] }
  const [target, ...others] = known.hosts().flatMap(({ id }) => found({ hostId: id, name: written }, known) ?? [])
  if (target) return { target, isMissing: false, others }
  const nowhere = { hostId: known.hosts()[0]?.id ?? 'built-in', name: written.slice(0, 256) }
  return { target: named ?? nowhere, isMissing: true, others: [] }
}

/** Models may have slashes in their names: only what is a host before the first one names a host. */
export function onNamedHost(written: string, known: Pick<KnownModels, 'hosts'>): ModelId | null {
  const slash = written.indexOf('/')
  const place = written.slice(0, Math.max(0, slash))
  const name = written.slice(slash + 1, slash + 257)
  const hosts = known.hosts()
  const host = hosts.find(({ id }) => id === place) ?? hosts.find((each) => isCalled(each.name, place))
  return name !== '' && host !== undefined ? { hostId: host.id, name } : null
}

/** The screens show a host's name, not its id. */
function isCalled(name: string, written: string): boolean {
  return name.toLowerCase() === written.toLowerCase()
}

function found(id: ModelId, known: KnownModels): ModelId | null {
  const latest = { ...id, name: `${id.name}:latest` }
  return known.has(id) ? id : known.has(latest) ? latest : null
}
