/** The Chains screen for a hand that never leaves the keyboard, and for a person with a second window, over a scripted core. */
import { expect, test, type Page } from '@playwright/test'
import type { StokerDemo } from './demo/pageBridge.ts'
import { openDemo } from './demoPage.ts'
import { chainsPage, restingBox } from './pages/chainsPage.ts'

async function openChains(page: Page, state: string) {
  await openDemo(page, state)
  const chains = chainsPage(page)
  await chains.open()
  await expect(page.getByRole('button', { name: 'New chain' })).toBeEnabled()
  return chains
}

async function openReview(page: Page) {
  const chains = await openChains(page, 'chainReview')
  await page.getByRole('button', { name: /^Review a folder/ }).click()
  await expect(chains.card('Verdict')).toBeVisible()
  return chains
}

test('what is typed at once behind N is the name, never keys of the canvas', async ({ page }) => {
  const chains = await openChains(page, 'chainsEmpty')
  await page.getByRole('button', { name: 'New chain' }).focus()
  await page.keyboard.press('Enter')
  await expect(chains.inputCard).toBeFocused()
  await page.keyboard.press('n')
  // A fast hand, or a busy machine: D, were it the canvas's, would duplicate the step.
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('chain-name')
  await page.keyboard.type('Draft')
  await page.keyboard.press('Enter')
  await expect(chains.card('Draft')).toBeFocused()
  await expect(chains.canvas.getByRole('group', { name: /^Step/ })).toHaveCount(1)
})

test('the keyboard is never lost: copies, what is undone, closed and deleted', async ({ page }) => {
  const chains = await openReview(page)
  const input = chains.inputCard
  await expect(input).toBeFocused()
  await page.keyboard.press('End')
  await expect(chains.card('Verdict')).toBeFocused()
  await page.keyboard.press('d')
  await expect(chains.card('Verdict 2')).toBeFocused()
  await page.keyboard.press('Control+z')
  await expect(chains.card('Verdict 2')).toBeHidden()
  await expect(input).toBeFocused()
  await page.keyboard.press('Control+Shift+z')
  await expect(chains.card('Verdict 2')).toBeVisible()
  await chains.undo.focus()
  await page.keyboard.press('Enter')
  await expect(chains.undo).toBeDisabled()
  await expect(input).toBeFocused()

  await page.keyboard.press('m')
  await page.getByRole('button', { name: 'Close models' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Models', exact: true }).last()).toBeFocused()

  const title = page.getByRole('button', { name: 'Review a folder', exact: true })
  await title.focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('Reviewed')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Reviewed', exact: true })).toBeFocused()
  await expect(chains.undo).toHaveAccessibleName('Undo rename of the chain')

  await chains.saved()
  await page.getByRole('button', { name: 'All chains' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /^Reviewed/ })).toBeFocused()
})

test('a chain deleted from another window is closed, and a narrow window does not open the inspector by itself', async ({
  page
}) => {
  const chains = await openReview(page)
  await page.keyboard.press('n')
  await page.keyboard.press('Escape')
  await page.setViewportSize({ width: 900, height: 600 })
  await expect(page.getByRole('button', { name: 'Show the inspector' })).toBeVisible()
  await expect(page.getByRole('dialog')).toBeHidden()
  await chains.saved()
  await page.evaluate(async () => {
    const { stokerDemo } = globalThis as unknown as { stokerDemo: StokerDemo }
    const id = stokerDemo.state.chains.find(({ chain }) => chain.name === 'Review a folder')?.chain.id
    await window.stoker?.request('chains.remove', { chainId: id })
  })
  await expect(page.getByText('Review a folder was deleted in another window.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'New chain' })).toBeVisible()
})

test('a file larger than any chain is refused before it is sent', async ({ page }) => {
  await openChains(page, 'chainsEmpty')
  const coming = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Import…' }).click()
  await (
    await coming
  ).setFiles({ name: 'huge.json', mimeType: 'application/json', buffer: Buffer.alloc(25_000_000, 'x') })
  const refusal = page.getByRole('alert').filter({ hasText: 'huge.json was not imported' })
  await expect(refusal).toContainText(
    'It has 25 MB, and no chain has more than 24 MB. Choose a file that Stoker exported.'
  )
})

test('a card of a long chain that is dropped out of view leaves the view where it is', async ({ page }) => {
  const chains = await openChains(page, 'chainLong')
  await page.getByRole('button', { name: /^Two hundred steps/ }).click()
  await expect(chains.inputCard).toBeFocused()
  const card = chains.card('Part 5')
  const box = await restingBox(card)
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + 20, box.y, { steps: 3 })
  // Over the title: high above the canvas, all of the card.
  await page.mouse.move(box.x + 20, -400, { steps: 3 })
  await page.mouse.up()
  await expect(card).not.toBeAttached()
  // Not on the card that had the keyboard before, which would be brought into view.
  await expect(chains.canvas).toBeFocused()
})

test('who types faster than the list of models opens chooses with Enter all the same', async ({ page }) => {
  const chains = await openChains(page, 'chainsEmpty')
  await page.getByRole('button', { name: 'New chain' }).focus()
  await page.keyboard.press('Enter')
  await expect(chains.inputCard).toBeFocused()
  await page.keyboard.press('n')
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.keyboard.type('Draft')
  await page.keyboard.press('Tab')
  // What the list puts off until the page has a moment comes when all has been typed.
  const putOff = await page.evaluateHandle(() => {
    const works: (() => void)[] = []
    const own = window.setTimeout
    window.setTimeout = ((work: () => void, ms?: number) =>
      ms === 0 ? works.push(work) : own(work, ms)) as typeof setTimeout
    return works
  })
  await page.keyboard.type('llama3.1')
  await expect(page.getByRole('option', { name: /^llama3.1:8b/ })).toBeVisible()
  await putOff.evaluate((works) => works.forEach((work) => work()))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('combobox', { name: 'Model' })).toHaveValue('llama3.1:8b')
})
