// A reader that does not read, or is no longer there, must cost neither our memory nor anybody's tokens.
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
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

test('a slow reader misses memory samples and nothing else', () => {
  expect(chooseDelivery('memory.sampled', 0)).toBe('send')
  expect(chooseDelivery('memory.sampled', 2_000_000)).toBe('skip')
  expect(chooseDelivery('operation.progress', 2_000_000)).toBe('send')
  expect(chooseDelivery('model.changed', 2_000_000)).toBe('send')
})

test('a reader that never reads is closed while the others get everything', async () => {
  const [stuck, calm] = await Promise.all([server.openSocket(), server.openSocket()])
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
  const [gone, there] = await Promise.all([server.openSocket({ autoPong: false }), server.openSocket()])
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

test('a long request keeps no other waiting, also on one socket', async () => {
  const socket = await server.openSocket()
  const answered: number[] = []
  socket.on('message', (data) => answered.push((JSON.parse(String(data)) as { id: number }).id))
  const input = { id: { hostId: 'h', name: 'm' } }
  for (let id = 0; id < 20; id++) socket.send(JSON.stringify({ id, route: 'models.unload', input }))
  socket.send(JSON.stringify({ id: 20, route: 'hosts.list', input: {} }))
  await expect.poll(() => answered).toEqual([20])
  server.core.finishUnloads()
  await expect.poll(() => answered.length).toBe(21)
})

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"id":1}',
  '{"id":"1","route":"hosts.list"}',
  '{"id":-1,"route":"hosts.list"}',
  '{"id":1,"route":["hosts.list"]}'
])('a message that is no request (%j) ends the socket and reaches no handler', async (message) => {
  const socket = await server.openSocket()
  const closed = once(socket, 'close')
  socket.send(message)
  expect((await closed)[0]).toBe(1_008)
  expect(server.core.calls).toEqual([])
})

test('an answer for a socket that is gone is dropped', async () => {
  const socket = await server.openSocket()
  socket.send(JSON.stringify({ id: 1, route: 'models.unload', input: { id: { hostId: 'h', name: 'm' } } }))
  await expect.poll(() => server.core.calls.length).toBe(1)
  socket.terminate()
  server.core.finishUnloads()
  expect((await server.get('/healthz')).status).toBe(200)
})
