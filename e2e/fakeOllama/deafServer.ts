/**
 * An address that takes no connection and refuses none, as a sleeping machine or a firewall does: a listening socket whose queue of
 * connections is full, held by a thread that never takes one out. What a fake HTTP server cannot do, since the system accepts for it.
 */
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

export interface DeafServer {
  url: string
  close(): Promise<void>
}

/** Listens, tells its port, and blocks for good before the first connection could be taken. */
const listener = `
  const { parentPort, workerData } = require('node:worker_threads')
  const server = require('node:net').createServer()
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    setImmediate(() => Atomics.wait(new Int32Array(workerData), 0, 0))
  })
`
/** A connection that the system has not taken by then is in nobody's queue. */
const takenWithinMs = 300
const mostFillers = 64

export async function startDeafServer(): Promise<DeafServer> {
  const gate = new SharedArrayBuffer(4)
  const worker = new Worker(listener, { eval: true, workerData: gate })
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  const fillers: Socket[] = []
  let isFull = false
  while (!isFull && fillers.length < mostFillers) {
    const filler = connect({ port, host: '127.0.0.1' })
    fillers.push(filler)
    isFull = !(await isTaken(filler))
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      for (const filler of fillers) filler.destroy()
      Atomics.store(new Int32Array(gate), 0, 1)
      Atomics.notify(new Int32Array(gate), 0)
      await worker.terminate()
    }
  }
}

function isTaken(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), takenWithinMs)
    const settle = (isTaken: boolean): void => {
      clearTimeout(timer)
      resolve(isTaken)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
  })
}
