// Makes a fresh clone ready: installs what the lock file names when it is not there yet, and the project's own Node.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { elapsed, projectNode, root, run, tail } from './command.mjs'

const installLimitMs = 15 * 60_000

export async function ensureDependencies() {
  if (!isInstalled()) {
    const startedAt = Date.now()
    console.log('Installing what Stoker is built with (once, a minute or two) …')
    // Install scripts of packages are not run: the two that matter are started by name, here and by start.mjs.
    await npm('ci', '--ignore-scripts')
    await npm('rebuild', 'node')
    console.log(`Installed in ${elapsed(startedAt)}.`)
  } else if (!existsSync(projectNode)) {
    console.log('Installing the Node that Stoker runs on …')
    await npm('rebuild', 'node')
  }
  if (!existsSync(projectNode)) fail('npm did not install the Node that Stoker runs on.', 'npm rebuild node')
}

/** npm writes down what it installed when it is done: an install that was interrupted, or an older one, does not match. */
function isInstalled() {
  const wanted = readPackages('package-lock.json')
  const installed = readPackages('node_modules/.package-lock.json')
  return wanted !== null && installed !== null && isComplete(wanted, installed)
}

/** Optional packages are missing on every platform but their own. */
export function isComplete(wanted, installed) {
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === '' || link || !path.startsWith('node_modules/')) return true
    const found = installed[path]
    return found ? found.version === version : optional === true
  })
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages ?? null
  } catch {
    return null
  }
}

async function npm(...args) {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  const { code, output, timedOut } = await run(...npmCommand([...args, ...quiet]), { timeoutMs: installLimitMs })
  if (code === 0) return
  console.error(tail(output))
  fail(
    timedOut ? 'The installation took too long.' : 'The installation failed; npm says why above.',
    `npm ${args.join(' ')}`
  )
}

/** npm by its own script where it started us: on Windows it is no program that could be run without a shell. */
function npmCommand(args) {
  const script = process.env.npm_execpath
  return script && basename(script) === 'npm-cli.js' ? [process.execPath, [script, ...args]] : ['npm', args]
}

function fail(message, retry) {
  console.error(`${message}\nCheck the connection to the npm registry, then try again: ${retry}`)
  process.exit(1)
}
