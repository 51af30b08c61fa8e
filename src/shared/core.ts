/** All that a shell (the Electron window, the headless server) knows of the core. */
import type { Answer, CoreEvent, RequestContext } from './contract.ts'

export interface Core {
  /** Never rejects: every failure is an answer. */
  dispatch(route: string, input: unknown, context: RequestContext): Promise<Answer>
  /** The returned function ends the subscription. */
  subscribe(listener: (event: CoreEvent) => void): () => void
  /** Resolves when requests can be answered. */
  start(): Promise<void>
  /** Ends every child process and closes every file, within three seconds. Safe to call twice. */
  dispose(): Promise<void>
}
