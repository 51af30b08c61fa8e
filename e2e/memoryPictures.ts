/** Pictures of the Memory screen: a month, a zoomed span, a pause, and What-if with one model, four and forty. */
import type { Page } from '@playwright/test'

type PathOf = (what: string) => string

/** What is pictured of which demonstration state. */
const stories: Record<string, (page: Page, pathOf: PathOf) => Promise<void>> = {
  everyday: async (page, pathOf) => {
    await pictureTime(page, pathOf)
    await pictureWhatIf(page, pathOf('what-if-everyday'), [/^mistral-small:22b/])
  },
  simulated: (page, pathOf) => pictureWhatIf(page, pathOf('what-if'), [/^gemma3:1b/, /^mistral:7b/, /^qwen3:8b/]),
  tight: (page, pathOf) => pictureWhatIf(page, pathOf('what-if-tight'), []),
  forty: (page, pathOf) => pictureWhatIf(page, pathOf('what-if-forty'), []),
  empty: (page, pathOf) => pictureWhatIf(page, pathOf('what-if-empty'), [])
}

export async function pictureMemory(page: Page, state: string, pathOf: PathOf): Promise<void> {
  const story = stories[state]
  if (story === undefined) return
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+2')
  await page.getByRole('heading', { name: 'Memory', exact: true }).waitFor()
  await page.waitForTimeout(600)
  await story(page, pathOf)
}

async function pictureTime(page: Page, pathOf: PathOf): Promise<void> {
  const take = async (what: string): Promise<void> => {
    await page.waitForTimeout(500)
    await page.screenshot({ path: pathOf(what) })
  }
  const chart = page.getByRole('figure', { name: 'Memory over time' })
  const ranges = page.getByRole('radiogroup', { name: 'Time shown' })
  await ranges.getByText('30 d').click()
  await take('memory-30d')
  const box = (await chart.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  const middle = box.y + box.height / 2
  await page.mouse.move(box.x + box.width / 2, middle)
  await take('memory-30d-tooltip')
  await ranges.getByText('1 h').click()
  await page.waitForTimeout(700)
  await page.mouse.move(box.x + box.width * 0.3, middle)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.4, middle)
  await page.mouse.move(box.x + box.width * 0.5, middle)
  await take('memory-drag')
  await page.mouse.up()
  await take('memory-zoomed')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Space')
  await take('memory-paused')
  await page.keyboard.press('Space')
}

async function pictureWhatIf(page: Page, path: string, names: readonly RegExp[]): Promise<void> {
  const opener = page.getByRole('button', { name: 'What if…' })
  if (await opener.isVisible()) await opener.click()
  for (const name of names) await page.getByRole('checkbox', { name }).click()
  await page.waitForTimeout(700)
  await page.screenshot({ path })
}
