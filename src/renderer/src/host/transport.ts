/** How the page reaches the core, whatever carries it. */
import type { Answer, CoreEvent } from '../../../shared/contract.ts'

/** `refused`: the core is there but does not know this page (its token is missing or old) until its address is opened anew. */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused'

export interface Transport {
  /** Never rejects: a failure of the wire is an answer too. */
  request(route: string, input: unknown): Promise<Answer>
  /** The returned function ends the subscription. */
  subscribe(listener: (event: CoreEvent) => void): () => void
  /** Told at once how things stand, then on every change. */
  onConnection(listener: (connection: Connection) => void): () => void
}
