/** How Stoker and everything it looks after is doing: the whole answer of `app.health`, from what the services know at that moment. */
import type { Output } from '../../shared/contract.ts'
import type { HostRequests } from '../../shared/hostRequests.ts'
import type { Host, Model } from '../../shared/model.ts'

export type Health = Output<'app.health'>

interface HealthDeps {
  version: string
  /** What was said at the start: a settings file set aside, a data folder that cannot be written to. */
  problems: () => readonly string[]
  hosts: () => readonly Host[]
  requests: () => readonly HostRequests[]
  models: () => readonly Model[]
  settings: () => Health['settings']
  /** False: a default that was never there, and is not missed. */
  isExpected: (host: Host) => boolean
}

/** `degraded` is whatever has a problem in words, and nothing else. */
export function createHealth(deps: HealthDeps): () => Health {
  return () => {
    const requests = new Map(deps.requests().map((each) => [each.hostId, each]))
    const hosts = deps.hosts().map((host) => ({ ...host, requests: requests.get(host.id) ?? null }))
    const loaded = deps.models().filter(({ state }) => state !== 'absent' && state !== 'unloaded')
    const problems = [
      ...deps.problems(),
      ...hosts.flatMap((host) => hostProblems(host, host.requests, deps.isExpected(host))),
      ...loaded.flatMap(modelProblems)
    ]
    return {
      status: problems.length === 0 ? 'ok' : 'degraded',
      version: deps.version,
      problems,
      hosts,
      loaded: loaded.map(({ id, state, heldBytes, contextLength, activeRequests, error }) => ({
        id,
        state,
        heldBytes,
        contextLength,
        activeRequests,
        error
      })),
      settings: deps.settings()
    }
  }
}

function hostProblems({ name, status, error }: Host, requests: HostRequests | null, isExpected: boolean): string[] {
  if (status === 'down') return isExpected ? [`${name} is down: ${error?.message ?? 'it does not answer.'}`] : []
  const { state, reason } = requests?.breaker ?? { state: 'closed', reason: null }
  return state === 'closed' ? [] : [`${name} is left alone for a while: ${reason ?? 'too many requests failed.'}`]
}

/** A file that cannot be loaded at all is no failure of anything that runs. */
function modelProblems({ id, state, error, providerKind }: Model): string[] {
  const isBadFile = error?.code === 'bad_model_file' || error?.code === 'unknown_architecture'
  if (state !== 'failed' || (providerKind === 'llamacpp' && isBadFile)) return []
  return [`${id.name} failed: ${error?.message ?? 'it could not be loaded.'}`]
}
