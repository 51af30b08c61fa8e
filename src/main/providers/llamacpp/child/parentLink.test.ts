/** The line to the parent as Electron gives it, which no forked child ever sees. */
import { afterEach, expect, test } from 'vitest'
import type { ToEngine } from '../engineProtocol.ts'
import { connectToParent } from './parentLink.ts'

const host = process as { parentPort?: unknown }
afterEach(() => {
  delete host.parentPort
})

test('in a utility process messages go through its port, and come out of their envelope', () => {
  const posted: unknown[] = []
  const received: ToEngine[] = []
  let deliver: (event: { data: unknown }) => void = () => {}
  host.parentPort = {
    postMessage: (message: unknown) => posted.push(message),
    on(_event: string, listener: typeof deliver) {
      deliver = listener
    }
  }
  const link = connectToParent()
  link.onMessage((message) => received.push(message))
  link.send({ type: 'hello' })
  deliver({ data: { type: 'quit' } })
  expect(posted).toEqual([{ type: 'hello' }])
  expect(received).toEqual([{ type: 'quit' }])
})
