// Finds a Chromium for the end-to-end stories, or installs one: Playwright's own, or, as root on Debian, the distribution's.
import { existsSync } from 'node:fs'
import { projectNode, root, run, runTool } from './command.mjs'

const installLimitMs = 10 * 60_000
const tryLimitMs = 60_000

const places = {
  linux: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium'
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
  ]
}

/**
 * @returns {Promise<{ environment: Record<string, string> } | { problem: string }>} what playwright.config.ts is to be told: nothing
 *   where Playwright's own browser is used
 */
export async function ensureChromium() {
  const asked = process.env.STOKER_CHROMIUM
  if (asked)
    return existsSync(asked) ? { environment: {} } : { problem: `STOKER_CHROMIUM names ${asked}, which is not there` }
  for (const path of places[process.platform] ?? []) {
    if (existsSync(path) && (await starts(path))) return { environment: { STOKER_CHROMIUM: path } }
  }
  if (await starts('')) return { environment: {} }
  console.log('Installing a Chromium for the end-to-end stories (once) …')
  await runTool('playwright', ['install', 'chromium'], { timeoutMs: installLimitMs })
  if (await starts('')) return { environment: {} }
  if (await installFromDebian()) return { environment: { STOKER_CHROMIUM: '/usr/bin/chromium' } }
  return { problem: 'no Chromium was found and none could be installed; STOKER_CHROMIUM may name one' }
}

/** Whether it opens a page: some are only a hint how to install the real one. Without a path, Playwright's own is tried. */
async function starts(executablePath) {
  const source = `
    import { chromium } from '@playwright/test'
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    const browser = await chromium.launch({ args, ...(process.argv[1] ? { executablePath: process.argv[1] } : {}) })
    await browser.newPage()
    await browser.close()`
  const args = ['--input-type=module', '-e', source, executablePath]
  return (await run(projectNode, args, { timeoutMs: tryLimitMs, cwd: root })).code === 0
}

async function installFromDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  const options = { timeoutMs: installLimitMs, env: { DEBIAN_FRONTEND: 'noninteractive' } }
  await run('apt-get', ['update', '-qq'], options)
  await run('apt-get', ['install', '-y', '-qq', 'chromium', 'fonts-liberation'], options)
  return existsSync('/usr/bin/chromium') && (await starts('/usr/bin/chromium'))
}
