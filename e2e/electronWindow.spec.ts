/** What only the Electron window has: its locks, its sender gate, closing and opening again, and an end that leaves no process. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'

/** Processes whose command line holds `text`. */
function processesWith(text: string): string[] {
  if (!existsSync('/proc/self/cmdline')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
      } catch {
        return []
      }
    })
    .filter((command) => command.includes(text))
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

test('a hostile page gets neither a window, nor a navigation, nor a permission', async ({ start }) => {
  const { page, electron } = await start()
  const windowsBefore = electron?.windows().length
  expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true)
  await page.evaluate(() => {
    location.href = 'https://example.com/'
  })
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
  const statuses = await page.evaluate(() =>
    Promise.all(
      ['/../main/index.js', '/..%2fmain%2findex.js', '/%2e%2e/package.json', '/assets/../../main/serve.js'].map(
        (path) =>
          fetch(path).then(
            async (response) => ({ status: response.status, isCode: (await response.text()).includes('import') }),
            () => null
          )
      )
    )
  )
  for (const status of statuses) expect(status === null || status.status >= 400 || !status.isCode).toBe(true)
})

test('quitting with a model loaded leaves no process behind', async ({ start }) => {
  const app = await start()
  const models = modelsPage(app.page)
  await models.load(await models.createSample('small'))
  expect(processesWith('engineChild').length).toBeGreaterThan(0)
  expect(await app.quit()).toBe(0)
  await expect.poll(() => processesWith(app.dataDirectory)).toEqual([])
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
