// `npm start`: Stoker's window, or, where there can be none, the same app served to a browser. From a fresh clone, too.
import { join } from 'node:path'
import { ensureDependencies } from './bootstrap.mjs'
import { ensureBuild } from './build.mjs'
import { hand, projectNode, root } from './command.mjs'
import { fetchElectron, findElectron } from './electron.mjs'

/** Electron that dies this soon never showed a window. */
const startLimitMs = 10_000

const args = process.argv.slice(2)
await ensureDependencies()
if (!(await ensureBuild())) process.exit(1)

const obstacle = await openWindow()
if (obstacle !== null) await serve(obstacle)

/** Ends the process with the window; otherwise answers why there is none ('' when none was asked for). */
async function openWindow() {
  if (!isForWindow(args)) return ''
  const isLinux = process.platform === 'linux'
  if (isLinux && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'There is no display here'
  if (isLinux && process.getuid() === 0) return 'Electron does not run as root'
  const electron = findElectron() ?? (await fetchElectron())
  if (electron === null) return 'Electron could not be fetched'

  const startedAt = Date.now()
  const { code, signal } = await hand(electron, [root, ...args], { ELECTRON_RUN_AS_NODE: undefined })
  // Some Linux systems forbid the sandbox to unprivileged programs; Electron then aborts before its first window.
  const hasCrashed = signal !== null && !['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'].includes(signal)
  if (hasCrashed && Date.now() - startedAt < startLimitMs) return `Electron does not start here (${signal})`
  process.exit(code)
}

async function serve(reason) {
  if (reason) console.log(`${reason}, so Stoker is served to a browser.`)
  const { code } = await hand(projectNode, [join(root, 'out/main/serve.js'), ...args])
  process.exit(code)
}

/** Every option but the data folder is about serving. */
function isForWindow(given) {
  return given.every((arg, index) => arg.startsWith('--data-dir') || given[index - 1] === '--data-dir')
}
