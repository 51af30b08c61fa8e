/** Requests and events over Electron's IPC: two channels, and a gate that looks at the sender of every message. */
import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron'
import type { Answer } from '../../shared/contract.ts'
import type { Core } from '../../shared/core.ts'

const requestChannel = 'stoker:request'
const eventChannel = 'stoker:event'

type Sender = Pick<IpcMainEvent | IpcMainInvokeEvent, 'sender' | 'senderFrame'>

interface ElectronTransportDeps {
  core: Pick<Core, 'dispatch' | 'subscribe'>
  ipcMain: Pick<IpcMain, 'handle' | 'removeHandler' | 'on' | 'off'>
  /** Whether the contents belong to a window that Stoker opened for its page. */
  isOurWindow: (contents: WebContents) => boolean
  isOurPage: (url: string) => boolean
}

const forbidden: Answer = {
  ok: false,
  error: { code: 'forbidden', message: 'Only Stoker’s own page may ask that.', hint: null }
}

/** The returned function closes both channels. */
export function createElectronTransport({ core, ipcMain, ...gate }: ElectronTransportDeps): () => void {
  const readers = new Set<WebContents>()

  /** The top frame of our own window, showing our own page: no frame inside it, and nothing that was navigated to. */
  function isTrusted({ sender, senderFrame }: Sender): boolean {
    return (
      senderFrame !== null && senderFrame.parent === null && gate.isOurWindow(sender) && gate.isOurPage(senderFrame.url)
    )
  }

  ipcMain.handle(requestChannel, (event, route: unknown, input: unknown) =>
    isTrusted(event) ? core.dispatch(String(route), input, { client: 'window' }) : forbidden
  )
  // A page that wants events says so on their channel; the page that follows it in the same window has to ask for itself.
  function addReader(event: IpcMainEvent): void {
    const { sender } = event
    if (!isTrusted(event) || readers.has(sender)) return
    readers.add(sender)
    sender.once('did-start-loading', () => readers.delete(sender))
  }
  ipcMain.on(eventChannel, addReader)
  const unsubscribe = core.subscribe((event) => {
    for (const reader of readers) {
      if (reader.isDestroyed()) readers.delete(reader)
      else reader.send(eventChannel, event)
    }
  })

  return () => {
    unsubscribe()
    ipcMain.removeHandler(requestChannel)
    ipcMain.off(eventChannel, addReader)
  }
}
