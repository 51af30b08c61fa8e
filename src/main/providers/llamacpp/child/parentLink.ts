/** The line to the parent, whichever way this child was started: forked by Node, or as an Electron utility process. */
import type { FromEngine, ToEngine } from '../engineProtocol.ts'

export interface ParentLink {
  send(message: FromEngine): void
  onMessage(listener: (message: ToEngine) => void): void
}

/** What Electron adds to `process` in a utility process. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

export function connectToParent(): ParentLink {
  const port = (process as { parentPort?: ParentPort }).parentPort
  return port ? throughPort(port) : throughFork()
}

/** Electron ends its utility processes with itself. */
function throughPort(port: ParentPort): ParentLink {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data as ToEngine))
  }
}

function throughFork(): ParentLink {
  // Nobody is left to answer to, and a model must not outlive Stoker: no clean end could be surer than this one.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  // Ctrl-C and a closed terminal reach every process of the group; the parent hears them too, and ends its children in order.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
  return {
    // A failed send means that the parent is gone, which `disconnect` deals with.
    send: (message) => void process.send?.(message, undefined, undefined, () => {}),
    onMessage: (listener) => process.on('message', (message) => listener(message as ToEngine))
  }
}
