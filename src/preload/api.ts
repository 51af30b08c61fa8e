/** What the preload gives to the page, and all it ever will. */
import type { Answer, CoreEvent } from '../shared/contract.ts'

export interface StokerBridge {
  request(route: string, input: unknown): Promise<Answer>
  /** The returned function ends the subscription. */
  subscribe(listener: (event: CoreEvent) => void): () => void
}

declare global {
  interface Window {
    /** Present in the Electron window only; a browser speaks HTTP and WebSocket instead. */
    stoker?: StokerBridge
  }
}
