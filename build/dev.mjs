// `npm run dev`: the window with a page that follows its sources; with --serve, the server, rebuilt and restarted when they change.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'
import { ensureDependencies } from './bootstrap.mjs'
import { ensureBuild } from './build.mjs'
import { hand, projectNode, root, tool } from './command.mjs'
import { fetchElectron, findElectron } from './electron.mjs'

/** Editors save in several steps. */
const settleMs = 200

const args = process.argv.slice(2)
await ensureDependencies()
if (args.includes('--serve')) await serveSources()
else await openWindow()

async function openWindow() {
  if ((findElectron() ?? (await fetchElectron())) === null) {
    console.error('Electron could not be fetched. Work in a browser instead: npm run dev -- --serve')
    process.exit(1)
  }
  process.exit((await hand(projectNode, tool('electron-vite', 'dev', '--watch', '--', ...args))).code)
}

async function serveSources() {
  if (!(await ensureBuild())) process.exit(1)
  let served = hashServer()
  let server = startServer()
  let timer
  let working = Promise.resolve()
  async function follow() {
    if (!(await ensureBuild())) return
    const built = hashServer()
    // A change of the page needs no other server: the browser's reload shows it.
    if (built === served) return
    served = built
    server.kill()
    await new Promise((resolve) => server.once('exit', resolve))
    server = startServer()
  }
  watch(join(root, 'src'), { recursive: true }, () => {
    clearTimeout(timer)
    timer = setTimeout(() => (working = working.then(follow)), settleMs)
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      server.once('exit', (code) => process.exit(code ?? 1))
      server.kill(signal)
    })
  }
}

function startServer() {
  return spawn(projectNode, [join(root, 'out/main/serve.js'), ...args], { cwd: root, stdio: 'inherit' })
}

function hashServer() {
  const folder = join(root, 'out/main')
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.js'))
  const hash = createHash('sha256')
  for (const name of files.sort()) hash.update(readFileSync(join(folder, name)))
  return hash.digest('hex')
}
