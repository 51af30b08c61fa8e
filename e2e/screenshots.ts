/**
 * Pictures of the built page in every demonstration state: `node e2e/screenshots.ts FOLDER [state ...]`, after a build. The everyday
 * state is pictured on every screen.
 */
import { chromium, type Browser, type Page } from '@playwright/test'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { demoStates } from './demo/states.ts'
import { installDemo } from './demoBridge.ts'
import { screens } from '../src/renderer/src/lib/navigation.ts'
import { pictureMemory } from './memoryPictures.ts'
import { pageAddress } from './pageServer.ts'
import { pictureRuns } from './runPictures.ts'

const sizes = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 }
]

function watch(page: Page, name: string): void {
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`${name}: ${message.text()}`)
  })
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`))
}

async function picture(browser: Browser, origin: string, folder: string, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of sizes) {
      const page = await browser.newPage({ viewport, colorScheme })
      watch(page, name)
      await installDemo(page, name)
      await page.goto(origin)
      await page.getByRole('navigation', { name: 'Screens' }).waitFor()
      const screen = screenOf(name)
      if (screen) await page.keyboard.press(`Control+${screens.findIndex((each) => each.name === screen) + 1}`)
      if (screen === 'settings') await page.getByRole('button', { name: 'Models file' }).click()
      await page.waitForTimeout(screen ? 800 : 300)
      await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`) })
      const pathOf = (what: string): string => join(folder, `${what}-${viewport.width}-${colorScheme}.png`)
      if (name === 'everyday') {
        await picturePredictions(page, pathOf)
        await pictureScreens(page, pathOf)
      }
      if (name === 'busy' || name === 'paused') await pictureHost(page, name, pathOf)
      if (name === 'late') await pictureStays(page, pathOf)
      if (name === 'eventful') await pictureLog(page, pathOf)
      if (name === 'configured') await pictureSettings(page, pathOf)
      await pictureMemory(page, name, pathOf)
      await pictureRuns(page, name, pathOf)
      await pictureChain(page, name, pathOf)
      await page.close()
    }
  }
}

/** The screen that a state is made for; null: that of models. */
function screenOf(name: string): string | null {
  if (name.startsWith('chain')) return 'chains'
  if (name.startsWith('modelsFile')) return 'settings'
  return /^(schedule|diagnostics)/.exec(name)?.[0] ?? null
}

/** A state with one chain is of that chain. */
async function pictureChain(page: Page, name: string, pathOf: (what: string) => string): Promise<void> {
  if (!/^chain(Review|Problems|Long)$/.test(name)) return
  await page.getByRole('list', { name: 'Chains' }).getByRole('button').first().click()
  await page.getByRole('group', { name: 'Canvas' }).waitFor()
  await page.waitForTimeout(1_000)
  await page.screenshot({ path: pathOf(`${name}-canvas`) })
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Zoom to fit' }).click()
  await page.waitForTimeout(800)
  await page.screenshot({ path: pathOf(`${name}-fit`) })
  const step = page
    .getByRole('group', { name: 'Canvas' })
    .getByRole('group', { name: /^Step / })
    .first()
  await step.click()
  await page.waitForTimeout(600)
  await page.screenshot({ path: pathOf(`${name}-step`) })
}

/** What a load would take: in the bar, in the inspector, in the tooltip, and in the question before it. */
async function picturePredictions(page: Page, pathOf: (what: string) => string): Promise<void> {
  const take = async (what: string): Promise<void> => {
    await page.waitForTimeout(500)
    await page.screenshot({ path: pathOf(what) })
  }
  const isNarrow = (page.viewportSize()?.width ?? 0) < 1_000
  for (const [what, name] of [
    ['held', 'qwen3:8b'],
    ['needed', 'mistral-small:22b']
  ] as const) {
    await page.getByRole('row', { name }).click({ position: { x: 60, y: 12 } })
    await take(what)
    if (isNarrow) await page.keyboard.press('Escape')
  }
  await page.getByRole('button', { name: 'Load mistral-small:22b', exact: true }).hover()
  await take('ghost')
  await page.getByRole('button', { name: 'Load… llama3.3:70b', exact: true }).hover()
  await take('ghost-over')
  await page
    .getByRole('row', { name: 'mistral-small:22b' })
    .getByText(/^Fits without/)
    .hover()
  await take('sum')
  await page.getByRole('button', { name: 'Load… llama3.3:70b', exact: true }).click()
  await take('load-anyway')
  await page.keyboard.press('Escape')
}

/** A host with its panel; of a busy one also an answer that waits for its turn. */
async function pictureHost(page: Page, name: string, pathOf: (what: string) => string): Promise<void> {
  await page.getByRole('button', { name: /^Ollama: / }).click()
  await page.getByRole('dialog', { name: 'Ollama' }).waitFor()
  await page.waitForTimeout(300)
  await page.screenshot({ path: pathOf(`host-${name}`) })
  await page.keyboard.press('Escape')
  if (name !== 'busy') return
  await page.getByRole('row', { name: 'gemma3:1b' }).click({ position: { x: 60, y: 12 } })
  await page.getByRole('textbox', { name: 'Ask gemma3:1b' }).fill('What keeps embers hot?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await page.getByText('2nd in the queue').waitFor()
  await page.screenshot({ path: pathOf('waiting') })
}

/** How long models stay: a late load, one kept by a rule, one another program meddled with, and the menu of a row. */
async function pictureStays(page: Page, pathOf: (what: string) => string): Promise<void> {
  const isNarrow = (page.viewportSize()?.width ?? 0) < 1_000
  for (const name of ['phi4-mini:3.8b', 'qwen3:8b', 'gemma3:1b']) {
    await page.getByRole('row', { name }).click({ position: { x: 60, y: 12 } })
    await page.waitForTimeout(400)
    await page.screenshot({ path: pathOf(`late-${name.split(':')[0] ?? name}`) })
    if (isNarrow) await page.keyboard.press('Escape')
  }
  await page.getByRole('button', { name: 'More for gemma3:1b' }).click()
  await page.getByRole('menuitem', { name: 'Keep loaded' }).hover()
  await page.getByRole('menuitemradio', { name: '15 min' }).waitFor()
  await page.screenshot({ path: pathOf('keep-menu') })
}

async function pictureLog(page: Page, pathOf: (what: string) => string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Screens' })
    .getByRole('button', { name: /^Activity/ })
    .click()
  await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor()
  await page.waitForTimeout(400)
  await page.screenshot({ path: pathOf('activity-eventful') })
}

async function pictureSettings(page: Page, pathOf: (what: string) => string): Promise<void> {
  await page.keyboard.press('Control+,')
  const index = page.getByRole('navigation', { name: 'Groups of settings' })
  for (const name of ['Models', 'Timeouts', 'Retries', 'Requests']) {
    await index.getByRole('button', { name, exact: true }).click()
    await page.waitForTimeout(300)
    await page.screenshot({ path: pathOf(`settings-${name.toLowerCase()}`) })
  }
  await page.getByRole('switch', { name: 'Only changed' }).click({ force: true })
  await page.waitForTimeout(300)
  await page.screenshot({ path: pathOf('settings-changed') })
}

async function pictureScreens(page: Page, pathOf: (screen: string) => string): Promise<void> {
  for (const [index, { name }] of screens.entries()) {
    if (index === 0) continue
    await page.keyboard.press(`Control+${index + 1}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForTimeout(600)
    await page.screenshot({ path: pathOf(name) })
  }
  await page.keyboard.press('Control+1')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').waitFor()
  await page.screenshot({ path: pathOf('palette') })
}

const [folder = 'test-results/pictures', ...wanted] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ['--no-sandbox'] })
try {
  const origin = await pageAddress()
  for (const name of wanted.length > 0 ? wanted : Object.keys(demoStates)) await picture(browser, origin, folder, name)
} finally {
  await browser.close()
}
