/** Electron entry: the composition root of the window. Everything with the core goes through dispatch, subscribe, start and dispose. */
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { app, dialog, ipcMain, Menu } from 'electron'
import type { Core } from '../shared/core.ts'
import { createCore } from './core.ts'
import { systemClock } from './lib/clock.ts'
import { chooseDataDirectory, chooseModelsDirectory } from './lib/dataDirectory.ts'
import { disposeWithin } from './lib/disposeWithin.ts'
import { ignoreClosedOutput } from './lib/ignoreClosedOutput.ts'
import { takeInstanceLock, type InstanceLock } from './lib/instanceLock.ts'
import { createLogger } from './lib/logger.ts'
import { isPageAddress, pageOrigin } from './lib/pageOrigin.ts'
import { createElectronTransport } from './rpc/electronTransport.ts'
import { registerPageScheme, servePage } from './shell/appProtocol.ts'
import { lockDown } from './shell/lockDown.ts'
import { createMainWindow } from './shell/mainWindow.ts'
import { buildMenu } from './shell/menu.ts'
import { createUtilityLauncher } from './shell/utilityEngine.ts'
import { watchAway } from './shell/watchAway.ts'

const exitCodes = { failed: 1, secondInstance: 3 }
/** Everything is to be over within 3 s of quitting; the rest is for Electron itself. */
const disposeLimitMs = 2_500

const logger = createLogger()
const environment = process.env
// Electron's own switches are among the arguments: only ours is looked at.
const { values } = parseArgs({
  args: process.argv.slice(1),
  strict: false,
  options: { 'data-dir': { type: 'string' } }
})
const option = typeof values['data-dir'] === 'string' ? values['data-dir'] : undefined
const dataDirectory = chooseDataDirectory({ option, environment, platform: process.platform, homeDirectory: homedir() })

// The development server has the page while somebody works on it; the packaged app knows no other origin than its own.
const developmentOrigin = app.isPackaged ? undefined : environment['ELECTRON_RENDERER_URL']
const origin = developmentOrigin ?? pageOrigin
const isOurPage = (url: string): boolean => isPageAddress(url, origin)

const secondInstanceMessage = `Another Stoker already uses ${dataDirectory}.`

async function run(): Promise<void> {
  await app.whenReady()
  const lock = takeInstanceLock(dataDirectory)
  if (lock.state === 'taken') return fail(exitCodes.secondInstance, secondInstanceMessage)
  if (lock.state === 'unavailable') logger.warn(`${dataDirectory} cannot be locked (${lock.reason}).`)

  const core = await createCore({
    version: app.getVersion(),
    dataDirectory,
    modelsDirectory: chooseModelsDirectory(dataDirectory, environment),
    environment,
    launchEngine: createUtilityLauncher(join(import.meta.dirname, 'engineChild.js')),
    logger
  })
  try {
    await open(core, lock)
  } catch (error) {
    // What the core has started would outlive a window that never came.
    await disposeWithin(core.dispose, disposeLimitMs, systemClock, logger)
    throw error
  }
}

async function open(core: Core, lock: InstanceLock): Promise<void> {
  const window = createMainWindow({
    preloadPath: join(import.meta.dirname, '../preload/index.cjs'),
    pageAddress: `${origin}/`,
    placePath: join(dataDirectory, 'window.json'),
    clock: systemClock,
    logger
  })
  const closeTransport = createElectronTransport({ core, ipcMain, isOurWindow: window.owns, isOurPage })
  quitInOrder(async () => {
    closeTransport()
    await window.dispose()
    await core.dispose()
    if (lock.state === 'held') lock.release()
  })
  await core.start()

  lockDown(isOurPage)
  servePage(join(import.meta.dirname, '../renderer'))
  const command = process.platform === 'darwin' ? 'meta' : 'control'
  const press = (keyCode: string): void =>
    window.current()?.webContents.sendInputEvent({ type: 'keyDown', keyCode, modifiers: [command] })
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(buildMenu({ isMac: process.platform === 'darwin', isPackaged: app.isPackaged, press }))
  )
  watchAway((isSuspended) => void core.dispatch('memory.setSuspended', { isSuspended }, { client: 'window' }))
  app.on('second-instance', window.show)
  app.on('activate', window.show)
  window.show()
}

/** Quitting waits until models are gone and files are closed, within a bound. */
function quitInOrder(dispose: () => Promise<void>): void {
  let state: 'running' | 'ending' | 'ended' = 'running'
  app.on('before-quit', (event) => {
    // Electron's own way out closes what is left of the browser in its order; leaving at once was seen to crash.
    if (state === 'ended') return
    event.preventDefault()
    if (state === 'ending') return
    state = 'ending'
    void disposeWithin(dispose, disposeLimitMs, systemClock, logger).then(() => {
      state = 'ended'
      app.quit()
    })
  })
}

function fail(code: number, message: string): void {
  process.stderr.write(`${message}\n`)
  dialog.showErrorBox('Stoker cannot start', message)
  app.exit(code)
}

// On macOS an app lives on without a window.
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit()
})

ignoreClosedOutput()
process.on('unhandledRejection', (reason) => logger.error('Something failed that nobody waited for', reason))

// The folder comes before the lock: two Stokers with two folders are two apps.
try {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
  app.setPath('userData', dataDirectory)
  app.setPath('sessionData', join(dataDirectory, 'browser'))
} catch (error) {
  logger.warn(`${dataDirectory} cannot be made`, error)
}
registerPageScheme()
if (app.requestSingleInstanceLock()) {
  run().catch((error: unknown) => fail(exitCodes.failed, error instanceof Error ? error.message : String(error)))
} else {
  // The first one shows its window; whoever started this one in a terminal learns why it left.
  process.stderr.write(`${secondInstanceMessage}\n`)
  app.exit(exitCodes.secondInstance)
}
