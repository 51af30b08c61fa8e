/** What a person does on the Chains screen, over a scripted core: builds by mouse and by keyboard alone, undoes, mends, saves. */
import { expect, test, type Page } from '@playwright/test'
import type { StokerDemo } from './demo/pageBridge.ts'
import { openDemo } from './demoPage.ts'
import { restingBox } from './pages/chainsPage.ts'
import { seriousProblems } from './seriousProblems.ts'

async function openChains(page: Page, state: string): Promise<void> {
  await openDemo(page, state)
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Chains' }).click()
  await expect(page.getByRole('button', { name: 'New chain' })).toBeEnabled()
}

async function openReview(page: Page): Promise<void> {
  await openChains(page, 'chainReview')
  await page.getByRole('button', { name: /^Review a folder/ }).click()
  await expect(card(page, 'Verdict')).toBeVisible()
}

const canvas = (page: Page) => page.getByRole('group', { name: 'Canvas' })
const card = (page: Page, name: string) => canvas(page).getByRole('group', { name: new RegExp(`^Step ${name},`) })
const inspector = (page: Page) => page.getByRole('complementary', { name: 'Inspector' })
const prompt = (page: Page) => inspector(page).getByRole('textbox', { name: 'Prompt', exact: true })
const saved = (page: Page) => page.getByRole('status').filter({ hasText: 'saved' }).first()
const undo = (page: Page) => page.getByRole('button', { name: /^Undo/ })

async function tell(page: Page, chainFailure: string | null): Promise<void> {
  await page.evaluate((failure) => {
    const { stokerDemo } = globalThis as unknown as { stokerDemo: StokerDemo }
    stokerDemo.state.chainFailure = failure
  }, chainFailure)
}

/** As another window would: another state of the open chain, a moment later. */
function inCore(page: Page) {
  return page.evaluate(() => {
    const { stokerDemo } = globalThis as unknown as { stokerDemo: StokerDemo }
    return stokerDemo.state.chains[0]?.chain ?? null
  })
}

async function chooseModel(page: Page, name: string): Promise<void> {
  await inspector(page).getByRole('combobox', { name: 'Model' }).click()
  await page.getByRole('option', { name: new RegExp(`^${name}`) }).click()
}

test('a chain is built by mouse from an empty canvas, and its plan is there at once', async ({ page }) => {
  await openChains(page, 'chainsEmpty')
  await page.getByRole('button', { name: 'New chain' }).click()
  await expect(page.getByText('A step asks one model with a prompt.')).toBeVisible()
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await inspector(page).getByRole('textbox', { name: 'Name' }).fill('Draft')
  await chooseModel(page, 'llama3.1:8b')
  await prompt(page).fill('Write about {{input}}')
  await expect(card(page, 'Draft')).toHaveAccessibleName('Step Draft, llama3.1:8b, mentions input')

  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await inspector(page).getByRole('textbox', { name: 'Name' }).fill('Judge')
  await chooseModel(page, 'mistral-small:22b')
  await prompt(page).fill('Judge this:')
  // From the right edge of one card to the left edge of the other.
  await page.getByRole('button', { name: 'Zoom to fit' }).click()
  const from = await restingBox(card(page, 'Draft'))
  const to = await restingBox(card(page, 'Judge'))
  await page.mouse.move(from.x + from.width, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(to.x - 30, to.y + to.height / 2, { steps: 6 })
  await page.mouse.move(to.x, to.y + to.height / 2, { steps: 4 })
  await page.mouse.up()
  await expect(card(page, 'Judge')).toHaveAccessibleName(/mentions Draft/)
  await expect(undo(page)).toHaveAccessibleName('Undo connection')
  await expect(prompt(page)).toHaveValue('Judge this:\n\n{{steps.Draft}}')
  await expect(page.getByRole('region', { name: 'Plan' })).toContainText('instead of 2')
  await expect(saved(page)).toHaveText('saved')
  expect((await inCore(page))?.steps.map(({ name }) => name)).toEqual(['Draft', 'Judge'])
})

test('the same by keyboard alone: N, names completed behind braces, arrows from card to card', async ({ page }) => {
  await openChains(page, 'chainsEmpty')
  await page.getByRole('button', { name: 'New chain' }).focus()
  await page.keyboard.press('Enter')
  const input = canvas(page).getByRole('group', { name: /^Input/ })
  await expect(input).toBeVisible()
  await input.focus()
  await page.keyboard.press('n')
  const name = inspector(page).getByRole('textbox', { name: 'Name' })
  await expect(name).toBeFocused()
  await page.keyboard.type('Draft')
  await page.keyboard.press('Tab')
  await page.keyboard.type('llama3.1')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(prompt(page)).toBeFocused()
  await page.keyboard.type('Write about {{inp')
  await expect(page.getByRole('listbox', { name: 'Names' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(prompt(page)).toHaveValue('Write about {{input}}')
  await page.keyboard.press('Escape')
  await expect(card(page, 'Draft')).toBeFocused()

  await page.keyboard.press('n')
  await expect(name).toBeFocused()
  await page.keyboard.type('Judge')
  await page.keyboard.press('Enter')
  await expect(card(page, 'Judge')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(prompt(page)).toBeFocused()
  await page.keyboard.type('Judge {{')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await expect(prompt(page)).toHaveValue('Judge {{steps.Draft}}')
  await page.keyboard.press('Escape')
  await expect(card(page, 'Judge')).toBeFocused()
  await page.keyboard.press('ArrowLeft')
  await expect(card(page, 'Draft')).toBeFocused()
  await expect(card(page, 'Draft')).toHaveAccessibleName('Step Draft, llama3.1:8b, mentions input; mentioned by Judge')
  await page.keyboard.press('l')
  await expect(undo(page)).toHaveAccessibleName(/layout|prompt/)
  await expect(saved(page)).toHaveText('saved')
})

test('undo and redo go by gesture and say what they undo', async ({ page }) => {
  await openReview(page)
  await expect(undo(page)).toBeDisabled()
  await card(page, 'Verdict').click()
  await page.keyboard.press('d')
  await expect(card(page, 'Verdict 2')).toBeVisible()
  await page.keyboard.press('Delete')
  await expect(card(page, 'Verdict 2')).toHaveCount(0)
  await expect(undo(page)).toHaveAccessibleName('Undo delete')
  await page.keyboard.press('Control+z')
  await expect(card(page, 'Verdict 2')).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(card(page, 'Verdict 2')).toHaveCount(0)
  await page.keyboard.press('Control+Shift+z')
  await expect(card(page, 'Verdict 2')).toBeVisible()
  await expect(undo(page)).toHaveAccessibleName('Undo duplicate')

  // Words typed in one go are one step.
  await card(page, 'Summarise').click()
  await prompt(page).press('End')
  await prompt(page).pressSequentially(' briefly')
  await expect(undo(page)).toHaveAccessibleName('Undo change of the prompt')
  await page.keyboard.press('Control+z')
  await expect(prompt(page)).toHaveValue('Summarise in five points:\n{{input}}')
})

test('a card that is dragged is one step, and stays where it was put', async ({ page }) => {
  await openReview(page)
  const before = (await card(page, 'Verdict').boundingBox())!
  await page.mouse.move(before.x + 60, before.y + 40)
  await page.mouse.down()
  await page.mouse.move(before.x + 80, before.y + 90, { steps: 5 })
  await expect(undo(page)).toBeDisabled()
  await page.mouse.up()
  await expect(undo(page)).toHaveAccessibleName('Undo move')
  await expect(saved(page)).toHaveText('saved')
  expect((await inCore(page))?.steps[2]?.position.y).toBeGreaterThan(30)
  await undo(page).click()
  await expect(undo(page)).toBeDisabled()
})

test('references follow a rename, and a name another step has is refused', async ({ page }) => {
  await openReview(page)
  await card(page, 'Find risks').click()
  const name = inspector(page).getByRole('textbox', { name: 'Name' })
  await name.fill('Summarise')
  await expect(inspector(page)).toContainText('Another step is called that.')
  await name.fill('Dangers')
  await page.keyboard.press('Enter')
  await card(page, 'Verdict').click()
  await expect(prompt(page)).toHaveValue(/^Given \{\{steps\.Summarise\}\} and \{\{steps\.Dangers\}\}, decide/)
  await expect(undo(page)).toHaveAccessibleName('Undo rename')
  await undo(page).click()
  await expect(prompt(page)).toHaveValue(/\{\{steps\.Find risks\}\}/)
})

test('an edge goes once it was said what goes with it', async ({ page }) => {
  await openReview(page)
  await page.locator('.react-flow__edge').first().click({ force: true })
  await page.keyboard.press('Delete')
  const dialog = page.getByRole('dialog', { name: 'Remove this connection?' })
  await expect(dialog).toContainText('mentions')
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await expect(page.locator('.react-flow__edge')).toHaveCount(3)
  await expect(undo(page)).toHaveAccessibleName('Undo removal of mentions')
})

test('what is wrong is named with its place, and leads there', async ({ page }) => {
  await openChains(page, 'chainProblems')
  await page.getByRole('button', { name: /^Full of mistakes/ }).click()
  const pill = page.getByRole('button', { name: /^\d+ problems/ })
  await pill.click()
  const list = page.getByRole('menu')
  await expect(list).toContainText('wait for each other')
  await expect(list).toContainText('aya:35b is not on this machine')
  await expect(list).toContainText('Sumary')
  await list
    .getByRole('menuitem', { name: /Sumary/ })
    .first()
    .click()
  await expect(prompt(page)).toBeFocused()
  await expect(card(page, 'Polish')).toHaveAttribute('aria-current', 'true')
  await expect(inspector(page)).toContainText('there is no step “Sumary”')
  await expect(page.getByRole('region', { name: 'Plan' })).toContainText('No plan yet')
})

test('a model dragged onto the canvas makes a step, onto a card becomes its model', async ({ page }) => {
  await openReview(page)
  await page.getByRole('button', { name: 'Models', exact: true }).last().click()
  const shelf = page.getByRole('region', { name: 'Models' })
  const row = shelf.getByRole('button', { name: /gemma3:1b/ })
  // In steps: a busy page that was told of no place on the way takes no drop.
  await row.dragTo(card(page, 'Verdict'), { steps: 8 })
  await expect(card(page, 'Verdict')).toHaveAccessibleName(/^Step Verdict, gemma3:1b,/)
  await expect(undo(page)).toHaveAccessibleName('Undo change of model')
  const box = (await canvas(page).boundingBox())!
  await row.dragTo(canvas(page), { targetPosition: { x: box.width - 160, y: 40 }, steps: 8 })
  await expect(card(page, 'Step 4')).toHaveAccessibleName(/^Step Step 4, gemma3:1b, mentions nothing/)
})

test('a card is moved in a chain seen from afar, and edges can be taken hold of again from near', async ({ page }) => {
  await openChains(page, 'chainLong')
  await page.getByRole('button', { name: /^Two hundred steps/ }).click()
  const moved = card(page, 'Part 12')
  // The cards beside it are in view or not, by how high the canvas was when it was fitted: the plan below may come first.
  await expect(canvas(page).getByRole('group', { name: /^Input/ })).toBeVisible()
  const edges = page.locator('.react-flow__edge')
  await page.getByRole('button', { name: 'Zoom to fit' }).click()
  await expect(card(page, 'Part 200')).toBeAttached()
  // One line for all, so that a move reaches only the card's own.
  await expect(edges).toHaveCount(0)
  const before = (await inCore(page))?.steps[11]?.position
  const box = await restingBox(moved)
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + 30, box.y + 60, { steps: 6 })
  await expect(edges).toHaveCount(4)
  await page.mouse.up()
  await expect(undo(page)).toHaveAccessibleName('Undo move')
  await expect(edges).toHaveCount(0)
  await expect.poll(async () => (await inCore(page))?.steps[11]?.position).not.toEqual(before)
  await moved.focus()
  await page.keyboard.press('Home')
  for (let step = 0; step < 8; step++) await page.getByRole('button', { name: 'Zoom in' }).click()
  await expect(edges).not.toHaveCount(0)
})

test('steps are copied into another chain, with what they say of each other', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openReview(page)
  await card(page, 'Summarise').click()
  await card(page, 'Verdict').click({ modifiers: ['Shift'] })
  await expect(inspector(page)).toContainText('2 steps')
  await page.keyboard.press('Control+c')
  await page.keyboard.press('Control+v')
  await expect(card(page, 'Verdict 2')).toHaveAccessibleName(
    /mentions (Summarise 2, Find risks|Find risks, Summarise 2)/
  )
  await page.getByRole('button', { name: 'All chains' }).click()
  await page.getByRole('button', { name: 'New chain' }).click()
  await canvas(page)
    .getByRole('group', { name: /^Input/ })
    .focus()
  await page.keyboard.press('Control+v')
  await expect(card(page, 'Verdict')).toHaveAccessibleName(/mentions Summarise/)
  await expect(card(page, 'Summarise')).toBeVisible()
})

test('what cannot be saved is said, kept over a reload, and saved when that can be done again', async ({ page }) => {
  await openReview(page)
  await tell(page, 'The disk is full.')
  await card(page, 'Summarise').click()
  await prompt(page).fill('Summarise {{input}} in one line')
  await expect(page.getByRole('status').filter({ hasText: 'not saved: The disk is full.' })).toBeVisible()
  await tell(page, null)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(saved(page)).toHaveText('saved')
  expect((await inCore(page))?.steps[0]?.prompt).toBe('Summarise {{input}} in one line')

  await tell(page, 'The disk is full.')
  await prompt(page).fill('Summarise {{input}} in two lines')
  await expect(page.getByRole('status').filter({ hasText: 'not saved' })).toBeVisible()
  await page.reload()
  await page.keyboard.press('Control+3')
  await page.getByRole('button', { name: /^Review a folder/ }).click()
  await card(page, 'Summarise').click()
  await expect(prompt(page)).toHaveValue('Summarise {{input}} in two lines')
})

test('an earlier version says what it would bring back, and its restoring can be undone', async ({ page }) => {
  await openReview(page)
  await page.getByRole('button', { name: 'More for this chain' }).click()
  await page.getByRole('menuitem', { name: 'Earlier versions' }).click()
  const panel = page.getByRole('complementary', { name: 'Earlier versions' })
  await panel.getByRole('button', { name: /2 steps/ }).click()
  await expect(panel).toContainText('Verdict goes')
  await panel.getByRole('button', { name: /^Restore/ }).click()
  await expect(card(page, 'Verdict')).toHaveCount(0)
  await expect(undo(page)).toHaveAccessibleName('Undo restore')
  await undo(page).click()
  await expect(card(page, 'Verdict')).toBeVisible()
})

test('stop conditions, formats and options are set, with the value in force and where it is from', async ({ page }) => {
  await openReview(page)
  await card(page, 'Summarise').click()
  await inspector(page)
    .getByRole('button', { name: /^Options/ })
    .click()
  await expect(inspector(page)).toContainText('0.3 from local defaults')
  await inspector(page)
    .getByRole('textbox', { name: /^Temperature/ })
    .fill('0.9')
  await expect(inspector(page)).toContainText('set here')
  await inspector(page)
    .getByRole('button', { name: /^Answer/ })
    .click()
  await inspector(page).getByText('JSON', { exact: true }).click()
  const schema = inspector(page).getByRole('textbox', { name: 'Schema' })
  await schema.fill('{ "type": ')
  await expect(inspector(page)).toContainText('Not JSON yet: something is wrong at line 1')
  await schema.fill('{ "type": "object" }')
  await inspector(page)
    .getByRole('button', { name: /^Stop the item/ })
    .click()
  await inspector(page).getByRole('button', { name: 'Add a condition' }).click()
  await inspector(page).getByRole('textbox', { name: 'Text' }).fill('ENOUGH')
  await expect(inspector(page).getByRole('button', { name: /^Stop the item/ })).toContainText('contains ENOUGH')
  await expect(saved(page)).toHaveText('saved')
  const step = (await inCore(page))?.steps[0]
  expect(step?.options).toEqual({ temperature: 0.9 })
  expect(step?.output).toEqual({ format: 'json', schema: { type: 'object' } })
  expect(step?.stopConditions).toMatchObject([{ kind: 'contains', text: 'ENOUGH' }])
})

test('the list finds, renames, duplicates and deletes, and a deleted chain can be had back', async ({ page }) => {
  await openChains(page, 'chainsForty')
  const rows = page.getByRole('list', { name: 'Chains' }).getByRole('listitem')
  await expect(rows).toHaveCount(40)
  await page.keyboard.press('Control+f')
  await page.keyboard.type('catalysis')
  await expect(rows).toHaveCount(6)
  const first = (await rows.first().getByRole('button').first().textContent()) ?? ''
  await page.keyboard.press('ArrowDown')
  await expect(rows.first().getByRole('button').first()).toBeFocused()
  expect(first).toContain('catalysis')
  await rows
    .first()
    .getByRole('button', { name: /^More for/ })
    .click()
  await page.getByRole('menuitem', { name: 'Duplicate' }).click()
  await expect(rows).toHaveCount(7)
  await rows
    .nth(1)
    .getByRole('button', { name: /^More for/ })
    .click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(rows).toHaveCount(6)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(rows).toHaveCount(7)
})

test('an empty list teaches, and opens a sample', async ({ page }) => {
  await openChains(page, 'chainsEmpty')
  await page.getByRole('button', { name: /^Draft small, judge big/ }).click()
  await expect(card(page, 'Verdict')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Plan' })).toContainText('peak')
})

test('the palette opens a chain by its name', async ({ page }) => {
  await openChains(page, 'chainsList')
  await page.keyboard.press('Control+1')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('open chain review')
  await page.keyboard.press('Enter')
  await expect(card(page, 'Verdict')).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing serious stands against it in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    await openChains(page, 'chainsList')
    expect(await seriousProblems(page), 'list').toEqual([])
    await page.getByRole('button', { name: /^Review a folder/ }).click()
    await card(page, 'Verdict').click()
    for (const name of [/^Answer/, /^Options/, /^Context/, /^Stop the item/, /^On error/])
      await inspector(page).getByRole('button', { name }).click()
    expect(await seriousProblems(page), 'builder').toEqual([])
    await page.getByRole('button', { name: 'All chains' }).click()
    await page.getByRole('button', { name: /^Full of mistakes/ }).click()
    await card(page, 'Translate').click()
    expect(await seriousProblems(page), 'mistakes').toEqual([])
  })
}
