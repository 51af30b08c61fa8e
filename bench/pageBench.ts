/** What a person waits for: the first page, a changed word after a change of state, and no dropped frames with a long list. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium, type Browser, type Page } from '@playwright/test'
import { openDemo } from '../e2e/demoPage.ts'
import { screens } from '../src/renderer/src/lib/navigation.ts'
import type { Model } from '../src/shared/model.ts'
import { startBenchServer } from './serverUnderBench.ts'
import { spread, type Spread } from './statistics.ts'

const rendererDirectory = resolve(import.meta.dirname, '../out/renderer')
const starts = 5
const changes = 20
const traceMs = 10_000
const dragMs = 5_000

export interface PageBench {
  name: string
  /** From the start of the process to the printed address. */
  serverReadyMs: Spread
  /** From the start of the process to a list that can be used, with a warm file cache. */
  usablePageMs: Spread
  /** From the core's change of state to the changed word on the page. */
  stateToTextMs: Spread
  rendererGzipBytes: number
  idleResidentBytes: number | null
  frames: { screen: string; framesPerSecond: number; longestFrameMs: number; framesOver50Ms: number; frames: number }[]
  /** The same while a card of a long chain is dragged. */
  drags: PageBench['frames']
}

export async function runPageBench(): Promise<PageBench> {
  const isRoot = process.getuid?.() === 0
  const executablePath = process.env['STOKER_CHROMIUM']
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: isRoot ? ['--no-sandbox'] : []
  })
  try {
    const begun = await measureStarts(browser)
    return {
      name: 'Page',
      ...begun,
      ...(await measureStateToText(browser)),
      rendererGzipBytes: rendererGzipBytes(),
      frames: [
        await measureFrames(browser, 'Models, 200 in the list'),
        await measureFrames(browser, 'Memory, 4 charts')
      ],
      drags: [
        await measureDrag(browser, 'Chain of 200 steps'),
        await measureDrag(browser, 'Chain of 200 steps, all in view')
      ]
    }
  } finally {
    await browser.close()
  }
}

async function measureStarts(browser: Browser): Promise<Pick<PageBench, 'serverReadyMs' | 'usablePageMs'>> {
  const ready: number[] = []
  const usable: number[] = []
  for (let start = 0; start <= starts; start++) {
    // The browser is open already, with an empty page and an empty cache.
    const page = await browser.newPage()
    const startedAt = performance.now()
    const server = await startBenchServer()
    await page.goto(server.address)
    await page.getByText('No models on this machine yet').waitFor()
    // The first one warms the file cache.
    if (start > 0) {
      ready.push(server.readyMs)
      usable.push(performance.now() - startedAt)
    }
    await page.close()
    await server.stop()
  }
  return { serverReadyMs: spread(ready), usablePageMs: spread(usable) }
}

async function measureStateToText(browser: Browser): Promise<Pick<PageBench, 'stateToTextMs' | 'idleResidentBytes'>> {
  const server = await startBenchServer()
  const page = await browser.newPage()
  try {
    await page.goto(server.address)
    await page.getByText('No models on this machine yet').waitFor()
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    const idleResidentBytes = server.residentBytes()
    const { model } = (await server.ask('models.createSample', { size: 'small' })) as { model: Model }
    const waits: number[] = []
    for (let change = 0; change < changes; change++) {
      const route = change % 2 === 0 ? 'models.load' : 'models.unload'
      const shown = whenShown(page, model.id.name, change % 2 === 0 ? 'Unload' : 'Load')
      await server.ask(route, { id: model.id })
      const { models } = (await server.ask('models.list', {})) as { models: Model[] }
      const changedAt = models.find(({ id }) => id.name === model.id.name)?.stateSinceAt ?? Number.NaN
      waits.push((await shown) - changedAt)
    }
    return { stateToTextMs: spread(waits), idleResidentBytes }
  } finally {
    await page.close()
    await server.stop()
  }
}

/** Epoch ms at which the row's button says `verb`. Both processes read one clock. */
async function whenShown(page: Page, name: string, verb: string): Promise<number> {
  return page.evaluate(
    ([label]) =>
      new Promise<number>((resolve) => {
        const look = (): boolean => document.querySelector(`button[aria-label="${label}"]`) !== null
        const observer = new MutationObserver(() => {
          if (!look()) return
          observer.disconnect()
          resolve(Date.now())
        })
        observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
      }),
    [`${verb} ${name}`] as const
  )
}

function rendererGzipBytes(): number {
  return readdirSync(rendererDirectory, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(rendererDirectory, file))).length, 0)
}

/** Two hundred models whose memory ticks once a second, from a scripted core: the page alone is measured. */
async function measureFrames(browser: Browser, screen: string): Promise<PageBench['frames'][number]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await openDemo(page, 'twoHundred')
  await page.getByRole('row').first().waitFor()
  if (screen.startsWith('Memory')) {
    await page.keyboard.press('Control+2')
    await page.getByRole('heading', { name: 'Memory', exact: true }).waitFor()
    // The range that is drawn anew every second.
    await page.getByText('5 m', { exact: true }).click()
  }
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  const gaps = await frameGaps(page, traceMs)
  await page.close()
  return framesOf(screen, gaps)
}

/** A card of a long chain under a hand that does not rest, as the canvas opens or with every card in view. */
async function measureDrag(browser: Browser, screen: string): Promise<PageBench['frames'][number]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await openDemo(page, 'chainLong')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.keyboard.press(`Control+${screens.findIndex(({ name }) => name === 'chains') + 1}`)
  await page.getByRole('button', { name: /^Two hundred steps/ }).click()
  const card = page.getByRole('group', { name: /^Step Part 5,/ })
  await card.waitFor()
  if (screen.includes('all in view')) await page.getByRole('button', { name: 'Zoom to fit' }).click()
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  const box = await card.boundingBox()
  if (box === null) throw new Error('The card to be dragged is not there.')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + 10, y)
  let isOver = false
  const frames = frameGaps(page, dragMs).finally(() => (isOver = true))
  for (let step = 0; !isOver; step++) await page.mouse.move(x + Math.sin(step / 12) * 90, y + Math.sin(step / 9) * 60)
  const gaps = await frames
  // In view, wherever the hand was: a card out of it is not drawn.
  await page.mouse.move(x + 30, y + 20)
  await page.mouse.up()
  const after = await card.boundingBox()
  if (after?.x === box.x && after.y === box.y) throw new Error('The card was not dragged.')
  await page.close()
  return framesOf(screen, gaps)
}

function frameGaps(page: Page, forMs: number): Promise<number[]> {
  return page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const gaps: number[] = []
        const startedAt = performance.now()
        let last = startedAt
        const frame = (now: number): void => {
          gaps.push(now - last)
          last = now
          if (now - startedAt < ms) requestAnimationFrame(frame)
          else resolve(gaps)
        }
        requestAnimationFrame(frame)
      }),
    forMs
  )
}

function framesOf(screen: string, gaps: readonly number[]): PageBench['frames'][number] {
  const seconds = gaps.reduce((sum, gap) => sum + gap, 0) / 1000
  return {
    screen,
    framesPerSecond: gaps.length / seconds,
    longestFrameMs: Math.max(...gaps),
    framesOver50Ms: gaps.filter((gap) => gap > 50).length,
    frames: gaps.length
  }
}
