// A reader that does not read, or is no longer there, must cost neither our memory nor anybody's tokens.
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { startServerFixture, type ServerFixture } from '../server/serverFixture.ts'
import { chooseDelivery } from './webSocketTransport.ts'

let server: ServerFixture
let clock: FakeClock
beforeEach(async () => {
  clock = createFakeClock()
  server = await startServerFixture(clock)
})
afterEach(() => server.dispose())

async function open(options: ClientOptions = {}): Promise<WebSocket> {
  const address = `${server.origin.replace('http', 'ws')}/events`
  const socket = new WebSocket(address, { ...options, headers: server.bearer })
  await once(socket, 'open')
  return socket
}

test('a slow reader misses memory samples and nothing else', () => {
  expect(chooseDelivery('memory.sampled', 0)).toBe('send')
  expect(chooseDelivery('memory.sampled', 2_000_000)).toBe('skip')
  expect(chooseDelivery('operation.progress', 2_000_000)).toBe('send')
  expect(chooseDelivery('model.changed', 2_000_000)).toBe('send')
})

test('a reader that never reads is closed while the others get everything', async () => {
  const [stuck, calm] = await Promise.all([open(), open()])
  let heard = 0
  calm.on('message', () => (heard += 1))
  stuck.pause()
  const text = 'x'.repeat(1_000_000)
  const closed = once(stuck, 'close')
  for (let revision = 1; revision <= 60; revision++) {
    server.core.emit({
      type: 'operation.progress',
      revision,
      payload: { operationId: 'op-12345678', progress: { kind: 'tokens', text } }
    })
    await expect.poll(() => heard, { interval: 1 }).toBe(revision)
  }
  stuck.resume()
  await closed
  expect(calm.readyState).toBe(WebSocket.OPEN)
})

test('a reader that is gone without a word is dropped after two pings, one that answers stays', async () => {
  const [gone, there] = await Promise.all([open({ autoPong: false }), open()])
  const closed = once(gone, 'close')
  for (let round = 0; round < 2; round++) {
    const pinged = once(there, 'ping')
    await clock.advance(30_000)
    await pinged
    // The pong has to be back before the next round asks for it.
    await server.get('/healthz')
  }
  await closed
  expect(there.readyState).toBe(WebSocket.OPEN)
})
