/** The connections to one server: opened within the limit of the moment, and replaced by fresh ones where they went bad. */
import { Socket } from 'node:net'
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
  const connector = createConnector(connectTimeoutMs)
  const live = new Set<Generation>()
  let current = begin()

  function begin(): Generation {
    // Every wait of ours is bounded by a signal; undici's own limits would only cut off slow loads.
    const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: connector.connect })
    const generation = { agent, running: 0, wasUsed: false }
    live.add(generation)
    return generation
  }

  /** What runs on replaced connections ends there, a load above all; they go with the last of it. */
  function endIfDone(generation: Generation): void {
    if (generation === current || generation.running > 0) return
    void generation.agent
      .destroy()
      .catch(() => {})
      .finally(() => live.delete(generation))
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
          if (isReleased) return
          isReleased = true
          generation.running--
          endIfDone(generation)
        }
      }
    },

    renew() {
      const old = current
      if (!old.wasUsed) return false
      current = begin()
      endIfDone(old)
      return true
    },

    async dispose() {
      connector.dispose()
      await Promise.all([...live].map(({ agent }) => agent.destroy()))
    }
  }
}

/** Its limit is asked anew for each connection: a changed one is in force at once. */
function createConnector(timeoutMs: () => number) {
  /** Kept while the limit stays the same, for its cache of TLS sessions. */
  let kept: { timeout: number; connect: buildConnector.connector } | null = null
  const opening = new Set<Socket>()

  return {
    connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
      const timeout = timeoutMs()
      if (kept?.timeout !== timeout) kept = { timeout, connect: buildConnector({ timeout }) }
      // It answers its socket, whatever its type says; and undici waits for one that is opening before it destroys anything.
      const socket: unknown = kept.connect(options, (...result) => {
        if (socket instanceof Socket) opening.delete(socket)
        callback(...result)
      })
      if (socket instanceof Socket) opening.add(socket)
    },
    dispose() {
      for (const socket of opening) socket.destroy(new Error('The connection is no longer wanted.'))
    }
  }
}
