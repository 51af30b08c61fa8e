/** Typed requests and events over any transport. */
import type { Answer, CoreEvent, Input, Output, Route } from '../../../shared/contract.ts'
import { RequestError } from './requestError.ts'
import type { Connection, Transport } from './transport.ts'

export interface Client {
  /** The answer's data; throws a RequestError. */
  request<R extends Route>(route: R, input: Input<R>): Promise<Output<R>>
  /** The same with the revision that orders the answer among events. */
  ask<R extends Route>(route: R, input: Input<R>): Promise<{ data: Output<R>; revision: number }>
  subscribe(listener: (event: CoreEvent) => void): () => void
  onConnection(listener: (connection: Connection) => void): () => void
}

export function createClient(transport: Transport): Client {
  async function ask<R extends Route>(route: R, input: Input<R>): Promise<{ data: Output<R>; revision: number }> {
    const answer = (await transport.request(route, input)) as Answer<Output<R>>
    if (!answer.ok) throw new RequestError(answer.error)
    return { data: answer.data, revision: answer.revision }
  }
  return {
    ask,
    request: async (route, input) => (await ask(route, input)).data,
    subscribe: (listener) => transport.subscribe(listener),
    onConnection: (listener) => transport.onConnection(listener)
  }
}
