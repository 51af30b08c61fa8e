/** The Chains screen as a person meets it: cards by the names of their steps, the inspector's fields, what a run is begun with. */
import { expect, type Locator, type Page } from '@playwright/test'

export function chainsPage(page: Page) {
  const canvas = page.getByRole('group', { name: 'Canvas' })
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  const dialog = page.getByRole('dialog', { name: /^Run / })
  const chains = {
    canvas,
    inspector,
    dialog,
    card: (name: string): Locator => canvas.getByRole('group', { name: new RegExp(`^Step ${name},`) }),
    inputCard: canvas.getByRole('group', { name: /^Input/ }),
    /** On the shelf over the canvas. */
    shelfRow: (model: string): Locator =>
      page.getByRole('region', { name: 'Models' }).getByRole('button', { name: new RegExp(model) }),
    name: inspector.getByRole('textbox', { name: 'Name', exact: true }),
    prompt: inspector.getByRole('textbox', { name: 'Prompt', exact: true }),
    section: (title: string): Locator => inspector.getByRole('button', { name: new RegExp(`^${title}`) }),
    plan: page.getByRole('region', { name: 'Plan' }),
    undo: page.getByRole('button', { name: /^Undo/ }),
    redo: page.getByRole('button', { name: /^Redo/ }),
    /** How many mistakes there are; their list opens with it. */
    problems: page.getByRole('button', { name: /^\d+ problems?$/ }),
    async open(): Promise<void> {
      await page
        .getByRole('navigation', { name: 'Screens' })
        .getByRole('button', { name: /^Chains/ })
        .click()
      const back = page.getByRole('button', { name: 'All chains' })
      const list = page.getByRole('heading', { name: 'Chains', exact: true, level: 1 })
      await expect(back.or(list)).toBeVisible()
      // The chain that was looked at last is still open.
      if (await back.isVisible()) await back.click()
      await expect(list).toBeVisible()
    },
    async openChain(name: string): Promise<void> {
      await chains.open()
      await page
        .getByRole('list', { name: 'Chains' })
        .getByRole('button', { name: new RegExp(`^${name}`) })
        .click()
      await expect(canvas).toBeVisible()
    },
    async addStep(name: string): Promise<void> {
      await page.getByRole('button', { name: 'Step', exact: true }).click()
      await chains.name.fill(name)
      await page.keyboard.press('Enter')
      await expect(chains.card(name)).toBeVisible()
    },
    async chooseModel(label: string, model: string): Promise<void> {
      await inspector.getByRole('combobox', { name: label, exact: true }).click()
      await page.getByRole('option', { name: new RegExp(`^${model}`) }).click()
    },
    async choose(within: Locator, label: string, choice: string): Promise<void> {
      await within.getByRole('combobox', { name: label, exact: true }).click()
      await page.getByRole('option', { name: choice, exact: true }).click()
    },
    /** From the right edge of one card to the left edge of another. */
    async connect(from: Locator, to: Locator): Promise<void> {
      const [start, end] = [await restingBox(from), await restingBox(to)]
      await page.mouse.move(start.x + start.width, start.y + start.height / 2)
      await page.mouse.down()
      await page.mouse.move(end.x - 30, end.y + end.height / 2, { steps: 6 })
      await page.mouse.move(end.x, end.y + end.height / 2, { steps: 4 })
      await page.mouse.up()
    },
    async saved(): Promise<void> {
      await expect(page.getByRole('status').filter({ hasText: /^saved$/ })).toBeVisible()
    },
    /** Opens what a run is begun with, by kind of input. */
    async openRun(kind: 'Text' | 'Lines' | 'CSV' | 'JSONL' | 'Files'): Promise<void> {
      await page.getByRole('button', { name: /^Run.*…$/ }).click()
      await dialog.getByRole('radiogroup', { name: 'Kind of input' }).getByText(kind, { exact: true }).click()
    },
    /** From the canvas: these lines, an item each. */
    async runLines(lines: readonly string[]): Promise<void> {
      await chains.openRun('Lines')
      await dialog.getByRole('textbox', { name: 'Lines to run on' }).fill(lines.join('\n'))
      await dialog.getByRole('button', { name: /^Run \d+ lines?$/ }).click()
      await expect(dialog).toBeHidden()
    }
  }
  return chains
}

/** Where it is once it stands still: the canvas glides. */
export async function restingBox(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  let last = ''
  let box = await locator.boundingBox()
  while (box === null || last !== JSON.stringify(box)) {
    last = JSON.stringify(box)
    await locator.evaluate(
      () =>
        new Promise((resolve) =>
          requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve)))
        )
    )
    box = await locator.boundingBox()
  }
  return box
}
