/** What only the Electron window has: its locks, its sender gate, closing and opening again, and an end that leaves no process. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { rigFile } from './stokerApp.ts'

interface RunningProcess {
  pid: number
  parentPid: number
  command: string
}

/** Every process of this machine, as /proc tells; one that has ended but was not waited for no longer runs. */
function runningProcesses(): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8')
        if (/^State:\s+Z/m.test(status)) return []
        const parentPid = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1])
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(name), parentPid, command }]
      } catch {
        return []
      }
    })
}

/** A process and whatever it started, at any depth. */
function familyOf(pid: number | undefined): RunningProcess[] {
  const all = runningProcesses()
  const family = all.filter((each) => each.pid === pid)
  // Grows while it is walked.
  for (const { pid: parent } of family) family.push(...all.filter(({ parentPid }) => parentPid === parent))
  return family
}

/** A site that is not ours, and every path it was asked for. */
async function startForeignSite(): Promise<{ origin: string; asked: string[]; stop(): void }> {
  const asked: string[] = []
  const server = createServer(({ url = '' }, response) => {
    asked.push(url)
    response.setHeader('access-control-allow-origin', '*').end('window.wasHere = true')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: () => void server.close()
  }
}

test('the page has the bridge and nothing else of Node or Electron', async ({ start }) => {
  const { page } = await start()
  const found = await page.evaluate(() => ({
    bridge: Object.keys(globalThis.window.stoker ?? {}).sort(),
    leaks: ['require', 'process', 'module', 'Buffer', 'global', 'electron', '__dirname'].filter(
      (name) => name in globalThis
    )
  }))
  expect(found).toEqual({ bridge: ['request', 'subscribe'], leaks: [] })
  expect(page.url()).toMatch(/^app:\/\/stoker\//)
})

test('a hostile page gets neither a window, nor a navigation, nor a permission, nor a word out', async ({ start }) => {
  const { page, electron } = await start()
  const site = await startForeignSite()
  const windowsBefore = electron?.windows().length
  expect(await page.evaluate((origin) => window.open(`${origin}/window`) === null, site.origin)).toBe(true)
  await page.evaluate((origin) => {
    const script = document.createElement('script')
    script.src = `${origin}/script`
    const image = document.createElement('img')
    image.src = `${origin}/image`
    document.head.append(script, image)
    fetch(`${origin}/fetch`).catch(() => {})
    location.href = `${origin}/navigation`
  }, site.origin)
  await new Promise((resolve) => setTimeout(resolve, 500))
  // That nothing came means something only where what is sent does come.
  await fetch(`${site.origin}/control`)
  expect(site.asked).toEqual(['/control'])
  site.stop()
  // Asked of the window itself: Playwright goes on waiting for a navigation that was refused.
  const addresses = await electron?.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.webContents.getURL())
  )
  expect(addresses).toEqual([expect.stringMatching(/^app:\/\/stoker\//)])
  expect(electron?.windows()).toHaveLength(windowsBefore ?? -1)
  expect(
    await page.evaluate(() => navigator.permissions.query({ name: 'notifications' }).then(({ state }) => state))
  ).toBe('denied')
  // The policy from the protocol handler forbids scripts of any other origin, and inline ones.
  const ran = await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.wasHere = true'
    document.head.append(script)
    return 'wasHere' in window
  })
  expect(ran).toBe(false)
})

test('a foreign sender is refused: same preload, another origin', async ({ start }) => {
  const { electron } = await start()
  const answer = await electron?.evaluate(async ({ app, BrowserWindow }) => {
    // What a compromised navigation would be: our preload in a page that is not ours.
    const foreign = new BrowserWindow({
      show: false,
      webPreferences: { preload: `${app.getAppPath()}/out/preload/index.cjs`, contextIsolation: true, sandbox: true }
    })
    await foreign.loadURL('data:text/html,<h1>foreign</h1>')
    const result: unknown = await foreign.webContents.executeJavaScript(
      `window.stoker ? window.stoker.request('models.list', {}) : { ok: false, error: { code: 'no_bridge' } }`
    )
    foreign.destroy()
    return result
  })
  expect(answer).toMatchObject({ ok: false, error: { code: 'forbidden' } })
})

test('nothing outside the renderer folder can be read through app://', async ({ start }) => {
  const { page } = await start()
  const statusOf = (path: string): Promise<number | null> =>
    page.evaluate(
      (asked) =>
        fetch(asked).then(
          ({ status }) => status,
          () => null
        ),
      path
    )
  expect(await statusOf('/index.html')).toBe(200)
  // A plain ".." never leaves the page's side: the address is made whole before it is asked for.
  const paths = ['/..%2fmain%2findex.js', '/..%2Fmain%2Findex.js', '/assets/..%2f..%2fmain%2fserve.js']
  for (const path of [...paths, '/%2e%2e%2fpreload%2findex.cjs', '/..%5cmain%5cindex.js', '/%2fetc%2fpasswd']) {
    const status = await statusOf(path)
    expect(status === null || status >= 400, `${path}: ${status}`).toBe(true)
  }
})

test('quitting with a model loaded leaves no process behind', async ({ start }) => {
  test.skip(!existsSync('/proc/self/status'), 'processes are looked up in /proc')
  const app = await start()
  const models = modelsPage(app.page)
  await models.load(await models.createSample('small'))
  const family = familyOf(app.process.pid)
  expect(family.filter(({ command }) => command.includes('engineChild'))).not.toEqual([])
  const code = await app.quit()
  expect({ code, signal: app.process.signalCode }).toEqual({ code: 0, signal: null })
  const pids = new Set(family.map(({ pid }) => pid))
  await expect.poll(() => runningProcesses().filter(({ pid }) => pids.has(pid))).toEqual([])
})

test('a second Stoker in the same folder says so and leaves with its own code', async ({ start }) => {
  const { electron, dataDirectory } = await start()
  const told = await electron?.evaluate(() => ({ path: process.execPath, environment: { ...process.env } }))
  const args = rigFile()?.args ?? [resolve(import.meta.dirname, '..'), '--no-sandbox']
  const second = spawn(told?.path ?? '', args, { env: told?.environment, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  second.stderr.on('data', (part) => (said += String(part)))
  const timer = setTimeout(() => second.kill('SIGKILL'), 20_000)
  const [code] = (await once(second, 'close')) as [number | null]
  clearTimeout(timer)
  expect(said).toContain(`Another Stoker already uses ${dataDirectory}.`)
  expect(code).toBe(3)
})

test('a window that is closed and opened again shows what was there, where it was', async ({ start }) => {
  const first = await start()
  const name = await modelsPage(first.page).createSample('small')
  await first.electron?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1010, 690))
  const ended = new Promise((resolve) => first.process.once('exit', resolve))
  await first.electron?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close()).catch(() => {})
  await ended

  const second = await start({ dataDirectory: first.dataDirectory })
  await expect(modelsPage(second.page).button('Load', name)).toBeVisible()
  const size = await second.electron?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getSize())
  expect(size).toEqual([1010, 690])
})
