/** The one window: where it was last time, dark before the first paint in the dark, shown when there is something to see. */
import { readFileSync } from 'node:fs'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { writeFileAtomically } from '../lib/atomicFile.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { choosePlace, smallestWindow } from './windowPlace.ts'

/** The page's own backgrounds, so that nothing flashes. */
const backgrounds = { light: '#ffffff', dark: '#1c1b1a' }

const pageRestMs = 10_000

interface MainWindowDeps {
  preloadPath: string
  pageAddress: string
  /** Where its place is remembered. */
  placePath: string
  clock: Clock
  logger: Logger
}

export interface MainWindow {
  /** Opens it, or brings it to the front. */
  show(): void
  owns(contents: Electron.WebContents): boolean
  current(): BrowserWindow | null
  /** Hides it and resolves when its place is on the disk. */
  dispose(): Promise<void>
}

export function createMainWindow({ preloadPath, pageAddress, placePath, clock, logger }: MainWindowDeps): MainWindow {
  let window: BrowserWindow | null = null
  let saving: Promise<void> = Promise.resolve()

  function open(): BrowserWindow {
    const { isMaximized, ...bounds } = choosePlace(
      readPlace(placePath),
      screen.getAllDisplays().map(({ workArea }) => workArea)
    )
    const opened = new BrowserWindow({
      ...bounds,
      minWidth: smallestWindow.width,
      minHeight: smallestWindow.height,
      title: 'Stoker',
      show: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
      autoHideMenuBar: true,
      ...(process.platform === 'darwin' ? { titleBarStyle: 'hiddenInset' } : {}),
      webPreferences: {
        preload: preloadPath,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false
      }
    })
    opened.once('ready-to-show', () => {
      if (isMaximized) opened.maximize()
      opened.show()
    })
    opened.on('close', () => remember(opened))
    opened.on('closed', () => {
      window = null
    })
    let lastFailureAt = -Infinity
    opened.webContents.on('render-process-gone', (_, { reason }) => {
      logger.error(`The page ended by itself (${reason}).`)
      // Once more, unless that is what ended it a moment ago.
      const isFirst = clock.now() - lastFailureAt > pageRestMs
      lastFailureAt = clock.now()
      if (isFirst && !opened.isDestroyed()) opened.webContents.reload()
    })
    opened.loadURL(pageAddress).catch((error: unknown) => logger.error('The page could not be loaded', error))
    return opened
  }

  function remember(open: BrowserWindow): void {
    const place = { ...open.getNormalBounds(), isMaximized: open.isMaximized() }
    saving = writeFileAtomically(placePath, JSON.stringify(place)).catch((error: unknown) =>
      logger.warn('The place of the window could not be saved', error)
    )
  }

  return {
    show() {
      if (window === null) window = open()
      else {
        if (window.isMinimized()) window.restore()
        window.show()
        window.focus()
      }
    },
    owns: (contents) => window !== null && !window.isDestroyed() && window.webContents === contents,
    current: () => window,
    async dispose() {
      if (window && !window.isDestroyed()) {
        remember(window)
        window.hide()
      }
      await saving
    }
  }
}

/** Null for a file that is missing or broken: choosePlace makes the best of anything. */
function readPlace(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}
