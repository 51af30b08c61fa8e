/** The one bridge between the window's page and the core: two functions, and nothing of Electron behind them. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type { CoreEvent } from '../shared/contract.ts'
import type { StokerBridge } from './api.ts'

const bridge: StokerBridge = {
  request: (route, input) => ipcRenderer.invoke('stoker:request', route, input),
  subscribe(listener) {
    // The page never sees Electron's own event object: it would hand out the sender.
    const forward = (_: IpcRendererEvent, event: CoreEvent): void => listener(event)
    ipcRenderer.on('stoker:event', forward)
    ipcRenderer.send('stoker:event')
    return () => ipcRenderer.off('stoker:event', forward)
  }
}

contextBridge.exposeInMainWorld('stoker', bridge)
