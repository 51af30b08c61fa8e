/** The connections to one server: opened within the limit of the moment, and replaced by fresh ones where they went bad. */
import { Agent, buildConnector, type Dispatcher } from 'undici'

export interface OllamaConnections {
  /** For one exchange: it counts as running on these connections until `release` is called. */
  lease(): { dispatcher: Dispatcher; release: () => void }
  /** New exchanges open new connections; those under way end on theirs. False: none were open, so there was nothing to replace. */
  renew(): boolean
  dispose(): Promise<void>
}

interface Generation {
  agent: Agent
  running: number
  wasUsed: boolean
}

export function createOllamaConnections(connectTimeoutMs: () => number): OllamaConnections {
  const connect = createConnector(connectTimeoutMs)
  const live = new Set<Generation>()
  let current = begin()

  function begin(): Generation {
    // Every wait of ours is bounded by a signal; undici's own limits would only cut off slow loads.
    const generation = { agent: new Agent({ headersTimeout: 0, bodyTimeout: 0, connect }), running: 0, wasUsed: false }
    live.add(generation)
    return generation
  }

  return {
    lease() {
      const generation = current
      generation.running++
      generation.wasUsed = true
      let isReleased = false
      return {
        dispatcher: generation.agent,
        release() {
          if (!isReleased) generation.running--
          isReleased = true
        }
      }
    },

    renew() {
      const old = current
      if (!old.wasUsed) return false
      current = begin()
      // Closed, it lets what runs on it end; a load would be lost otherwise.
      const ending = old.running > 0 ? old.agent.close() : old.agent.destroy()
      void ending.catch(() => {}).finally(() => live.delete(old))
      return true
    },

    async dispose() {
      await Promise.all([...live].map(({ agent }) => agent.destroy()))
    }
  }
}

/** Asked anew for each connection: a changed limit is in force at once. Kept while it stays the same, for its cache of TLS sessions. */
function createConnector(timeoutMs: () => number): buildConnector.connector {
  let kept: { timeout: number; connect: buildConnector.connector } | null = null
  return (options, callback) => {
    const timeout = timeoutMs()
    if (kept?.timeout !== timeout) kept = { timeout, connect: buildConnector({ timeout }) }
    kept.connect(options, callback)
  }
}
