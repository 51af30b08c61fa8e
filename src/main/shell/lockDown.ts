/** Takes from every page what Stoker's own page never needs: other windows, other addresses, permissions, guests. */
import { app, session } from 'electron'

/** `isOurPage`: where a page may go, a reload by itself included. */
export function lockDown(isOurPage: (url: string) => boolean): void {
  app.on('web-contents-created', (_, contents) => {
    const stay = (event: { preventDefault(): void }, url: string): void => {
      if (!isOurPage(url)) event.preventDefault()
    }
    contents.on('will-navigate', stay)
    contents.on('will-redirect', stay)
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
  // Both: without its own handler Electron says yes to every question of either kind.
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
  session.defaultSession.setDevicePermissionHandler(() => false)
}
