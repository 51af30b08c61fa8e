// A frame inside our page, a page that was navigated to, or another window's contents must reach neither a handler nor an event.
import { EventEmitter } from 'node:events'
import type { IpcMain, IpcMainEvent, WebContents } from 'electron'
import { beforeEach, expect, test } from 'vitest'
import type { CoreEvent } from '../../shared/contract.ts'
import { isPageAddress } from '../lib/pageOrigin.ts'
import { createElectronTransport } from './electronTransport.ts'
import { createFakeCore, type FakeCore } from './fakeCore.ts'

type RequestListener = Parameters<IpcMain['handle']>[1]

/** The little of Electron's ipcMain that the transport uses. */
class FakeIpcMain extends EventEmitter {
  requestListener: RequestListener | null = null
  handle(_channel: string, listener: RequestListener): void {
    this.requestListener = listener
  }
  removeHandler(): void {
    this.requestListener = null
  }
}

class FakeContents extends EventEmitter {
  readonly sent: unknown[] = []
  hasEnded = false
  send(_channel: string, event: unknown): void {
    if (this.hasEnded) throw new TypeError('Object has been destroyed')
    this.sent.push(event)
  }
  isDestroyed(): boolean {
    return this.hasEnded
  }
}

const ourUrl = 'app://stoker/'
const event: CoreEvent = { type: 'models.changed', revision: 8, payload: { models: [] } }
let core: FakeCore
let ipcMain: FakeIpcMain
let ours: FakeContents
let dispose: () => void

beforeEach(() => {
  core = createFakeCore()
  ipcMain = new FakeIpcMain()
  ours = new FakeContents()
  dispose = createElectronTransport({
    core,
    ipcMain: ipcMain as unknown as IpcMain,
    isOurWindow: (contents) => contents === (ours as unknown as WebContents),
    isOurPage: (url) => isPageAddress(url)
  })
})

function from(sender: FakeContents, url = ourUrl, parent: object | null = null): IpcMainEvent {
  return { sender, senderFrame: { url, parent } } as unknown as IpcMainEvent
}
const ask = (sender: IpcMainEvent): unknown => ipcMain.requestListener?.(sender as never, 'hosts.list', {})
const subscribe = (sender: IpcMainEvent): void => void ipcMain.emit('stoker:event', sender)

test('our page is answered as the window', async () => {
  expect(await ask(from(ours))).toEqual({ ok: true, data: { hosts: [] }, revision: 7 })
  expect(core.calls).toEqual([{ route: 'hosts.list', input: {}, context: { client: 'window' } }])
})

test.each([
  ['another window', () => from(new FakeContents())],
  ['a frame inside our page', () => from(ours, ourUrl, {})],
  ['a website', () => from(ours, 'https://evil.example/')],
  ['another host of our scheme', () => from(ours, 'app://stoker.evil/')],
  ['our address as a prefix', () => from(ours, 'app://stoker@evil/')],
  ['a file', () => from(ours, 'file:///app/stoker/index.html')],
  ['a blank page', () => from(ours, 'about:blank')],
  ['a frame that is gone', () => ({ sender: ours, senderFrame: null }) as unknown as IpcMainEvent]
])('%s is refused, its request and its subscription', async (_, sender) => {
  expect(await ask(sender())).toMatchObject({ ok: false, error: { code: 'forbidden' } })
  subscribe(sender())
  core.emit(event)
  expect(core.calls).toEqual([])
  expect(ours.sent).toEqual([])
})

test('a route that is no text is no route', async () => {
  for (const route of [null, {}, ['hosts.list', 1], Symbol.iterator]) {
    expect(await ipcMain.requestListener?.(from(ours) as never, route, {})).toMatchObject({
      ok: false,
      error: { code: 'route_not_found' }
    })
  }
})

test('events come once however often they were asked for, and stop with the page', () => {
  core.emit(event)
  subscribe(from(ours))
  subscribe(from(ours))
  core.emit(event)
  expect(ours.sent).toEqual([event])
  ours.emit('did-start-loading')
  core.emit(event)
  expect(ours.sent).toHaveLength(1)
  subscribe(from(ours))
  core.emit(event)
  expect(ours.sent).toHaveLength(2)
})

test('a destroyed window neither fails nor is kept', () => {
  subscribe(from(ours))
  ours.hasEnded = true
  expect(() => core.emit(event)).not.toThrow()
})

test('a hundred reloads leave no listeners behind', () => {
  for (let i = 0; i < 100; i++) {
    subscribe(from(ours))
    ours.emit('did-start-loading')
  }
  expect(ours.eventNames()).toEqual([])
})

test('after the end nothing is answered or sent', () => {
  subscribe(from(ours))
  dispose()
  core.emit(event)
  expect(ours.sent).toEqual([])
  expect(ipcMain.requestListener).toBeNull()
  expect(ipcMain.listenerCount('stoker:event')).toBe(0)
})
