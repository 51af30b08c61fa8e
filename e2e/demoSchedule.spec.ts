/** What a person does on the Schedule screen, over a scripted core: sees the week, writes rules, runs them, has them back. */
import { expect, test, type Page } from '@playwright/test'
import { holdWork, openDemo } from './demoPage.ts'
import { seriousProblems } from './seriousProblems.ts'

async function openSchedule(page: Page, state: string, at?: string): Promise<void> {
  await openDemo(page, state, at)
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Schedule' }).click()
  await expect(page.getByRole('heading', { name: 'Schedule', level: 1 })).toBeVisible()
}

const week = (page: Page) => page.getByRole('region', { name: 'Week' })
const block = (page: Page, name: RegExp) => week(page).getByRole('button', { name })
const rules = (page: Page) => page.getByRole('region', { name: /rules?$/ })
const row = (page: Page, name: string) => rules(page).getByRole('listitem').filter({ hasText: name })
const editor = (page: Page) => page.getByRole('form')
const addModel = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('combobox', { name: 'Add a model' }).click()
  await page.getByRole('option', { name }).click()
}

test('the week shows what is kept when, what does not fit, and everything about a block', async ({ page }) => {
  await openSchedule(page, 'schedule')
  await expect(week(page).getByRole('group')).toHaveCount(7)
  await expect(block(page, /^Office hours, /)).toHaveCount(5)
  await expect(
    block(page, /^Office hours, Wednesday 18 Mar, 08:30 to 18:30, llama3\.2:3b and qwen3:8b, part of a clash/)
  ).toBeVisible()
  const batch = block(page, /^Batch, Wednesday 18 Mar, 14:30 to 18:00, .*does not fit: 6\.5 GB over$/)
  await expect(batch).toContainText('6.5 GB over')
  // Over midnight: one block on each of the two days.
  await expect(block(page, /^Nightly, Friday 20 Mar, 22:00 to Sat 03:00/)).toHaveCount(1)
  await expect(block(page, /^Nightly, Saturday 21 Mar, 22:00 to Sat 03:00/)).toHaveCount(1)
  await expect(page.getByRole('list', { name: 'Clashes' })).toContainText(
    'Office hours and Batch together keep 6.5 GB more than the budget for models.'
  )
  await expect(page.getByText('Next: mistral-small:22b and deepseek-r1:8b at 14:30')).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toContainText('next 14:30')

  await batch.hover()
  const tip = page.getByRole('tooltip')
  await expect(tip).toContainText('Wednesday 18 Mar, 14:30 to 18:00')
  await expect(tip).toContainText('14.2 GB')
  await expect(tip).toContainText('Warmed from 14:29')
  await expect(tip).toContainText('Office hours and Batch together keep 6.5 GB more')
})

test('arrows go from block to block, Return opens the rule, Escape goes back to the block', async ({ page }) => {
  await openSchedule(page, 'schedule')
  await block(page, /^Office hours, Wednesday/).focus()
  await page.keyboard.press('ArrowRight')
  await expect(block(page, /^Office hours, Thursday/)).toBeFocused()
  await expect(page.getByRole('tooltip')).toContainText('Thursday 19 Mar')
  await page.keyboard.press('ArrowDown')
  await expect(block(page, /^Before lunch, Thursday/)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(editor(page).getByRole('textbox', { name: 'Name' })).toHaveValue('Before lunch')
  await page.keyboard.press('Escape')
  await expect(editor(page)).not.toBeAttached()
  await expect(block(page, /^Before lunch, Thursday/)).toBeFocused()
})

test('a rule is written with its week beside it, and its clash is seen before it is saved', async ({ page }) => {
  await openSchedule(page, 'schedule')
  await page.getByRole('button', { name: 'New rule' }).click()
  await expect(page.getByRole('combobox', { name: 'Add a model' })).toBeFocused()
  await page.keyboard.press('Control+Enter')
  await expect(editor(page)).toContainText('Choose a model.')

  await addModel(page, 'mistral-small:22b')
  const said = page.getByRole('region', { name: 'What it will do' })
  await expect(said).toContainText('Weekdays 08:30 to 18:00 keep mistral-small:22b warm.')
  await expect(said).toContainText('this rule and Office hours together keep')
  await expect(block(page, /^Weekdays 08:30 to 18:00, Thursday.*does not fit/)).toBeVisible()

  await editor(page).getByRole('button', { name: 'Weekend' }).click()
  await editor(page).getByRole('textbox', { name: 'From' }).fill('930')
  await editor(page).getByRole('textbox', { name: 'To' }).fill('2')
  await page.keyboard.press('Tab')
  await expect(editor(page).getByRole('textbox', { name: 'From' })).toHaveValue('09:30')
  await expect(editor(page).getByRole('combobox', { name: 'Day it ends on' })).toHaveValue('0')
  await expect(said).toContainText('Sat and Sun 09:30 to 02:00 (next day) keep mistral-small:22b warm.')
  await expect(said).toContainText('Fits beside the other rules.')
  await addModel(page, 'coder')
  await editor(page).getByRole('button', { name: 'Move coder up' }).click()
  await expect(said).toContainText('keep coder and mistral-small:22b warm.')
  await editor(page).getByRole('textbox', { name: 'Name' }).fill('Weekend shift')
  await page.keyboard.press('Control+Enter')

  await expect(editor(page)).not.toBeAttached()
  await expect(row(page, 'Weekend shift')).toContainText(
    'Sat and Sun 09:30 to 02:00 (next day) keep coder and mistral-small:22b warm'
  )
  await expect(row(page, 'Weekend shift')).toContainText('next Sat 09:30')
})

test('changes are not lost by Escape, nor by opening another rule', async ({ page }) => {
  await openSchedule(page, 'schedule')
  await row(page, 'Batch').getByRole('button', { name: 'Edit Batch' }).click()
  await editor(page).getByRole('textbox', { name: 'Name' }).fill('Another name')
  await page.keyboard.press('Escape')
  const question = page.getByRole('dialog', { name: 'Discard the changes?' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(editor(page).getByRole('textbox', { name: 'Name' })).toHaveValue('Another name')
  await block(page, /^Office hours, Thursday/).click()
  await question.getByRole('button', { name: 'Discard' }).click()
  await expect(editor(page).getByRole('textbox', { name: 'Name' })).toHaveValue('Office hours')
  await expect(row(page, 'Batch')).toBeVisible()
})

test('a rule is switched off, deleted, and had back', async ({ page }) => {
  await openSchedule(page, 'schedule')
  await row(page, 'Batch').getByRole('switch', { name: 'Batch is on' }).click({ force: true })
  await expect(row(page, 'Batch')).toContainText('off')
  await expect(block(page, /^Batch, /)).toHaveCount(0)
  await expect(page.getByRole('list', { name: 'Clashes' })).not.toBeAttached()

  await row(page, 'Nightly').getByRole('button', { name: 'More for Nightly' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('dialog', { name: 'Delete Nightly?' }).getByRole('button', { name: 'Delete' }).click()
  await expect(row(page, 'Nightly')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(row(page, 'Nightly')).toHaveCount(1)
  await expect(block(page, /^Nightly, Friday/)).toBeVisible()

  await row(page, 'Nightly').getByRole('button', { name: 'More for Nightly' }).click()
  await page.getByRole('menuitem', { name: 'Duplicate…' }).click()
  await expect(editor(page).getByRole('textbox', { name: 'Name' })).toHaveValue('Nightly copy')
})

test('a run shows how far it is, can be cancelled, and says what came of it', async ({ page }) => {
  await openSchedule(page, 'schedule')
  await row(page, 'The big one').getByRole('button', { name: 'Run now: The big one' }).click()
  await expect(
    page.getByText(/The big one: llama3\.3:70b failed: llama3\.3:70b does not fit; qwen3:8b already warm\./)
  ).toBeVisible()
  await expect(row(page, 'The big one')).toContainText('Today 14:02: llama3.3:70b failed')

  await holdWork(page)
  await row(page, 'Nightly').getByRole('button', { name: 'Run now: Nightly' }).click()
  await expect(row(page, 'Nightly').getByRole('progressbar', { name: 'Warm-up' })).toBeVisible()
  await expect(row(page, 'Nightly')).toContainText('1 of 1: deepseek-r1:8b')
  await expect(row(page, 'Nightly')).toContainText('warming up')
  await row(page, 'Nightly').getByRole('button', { name: 'Cancel Nightly' }).click()
  await expect(row(page, 'Nightly').getByRole('progressbar')).not.toBeAttached()
})

test('models of one’s choice are warmed in the order they are ticked', async ({ page }) => {
  await openSchedule(page, 'schedule')
  await page.getByRole('button', { name: 'Warm up now' }).click()
  await page.getByRole('menuitem', { name: 'Choose models…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Warm up now' })
  await dialog.getByRole('checkbox', { name: /qwen3:8b/ }).check()
  await dialog.getByRole('checkbox', { name: /gemma3:1b/ }).check()
  await dialog.getByRole('button', { name: 'Warm up 2 models' }).click()
  await expect(page.getByText('qwen3:8b and gemma3:1b: all already warm.')).toBeVisible()
})

test('weeks go on from today, and days on which clocks are set have 23 and 25 hours', async ({ page }) => {
  await openSchedule(page, 'scheduleNight', '2026-03-23T09:00:00Z')
  await expect(week(page).getByTitle('Clocks go forward: this day has 23 hours')).toHaveText('23 h')
  const night = block(page, /^Night watch, Sunday 29 Mar/)
  // Three hours from 01:00, of which the clock shows four.
  await expect(night).toHaveAccessibleName(/01:00 to 05:00/)
  await night.hover()
  await expect(page.getByRole('tooltip')).toContainText('The clocks change: it lasts 3 h all the same')
  await expect(block(page, /^Long shift, Sunday 29 Mar, 20:00 to Sun 09:00/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Previous week' })).toBeDisabled()
  await page.getByRole('button', { name: 'Next week' }).click()
  await expect(block(page, /^Night watch, Sunday 5 Apr, 01:00 to 04:00/)).toBeVisible()
  await page.getByRole('button', { name: 'Today' }).click()
  await expect(night).toBeVisible()
})

test('the hour that comes twice is drawn once, in order', async ({ page }) => {
  await openSchedule(page, 'scheduleNight', '2026-10-20T09:00:00Z')
  await expect(week(page).getByTitle('Clocks go back: this day has 25 hours')).toHaveText('25 h')
  await expect(block(page, /^Night watch, Sunday 25 Oct, 01:00 to 03:00/)).toBeVisible()
})

test('a stretch drawn on a day begins a rule of that time', async ({ page }) => {
  await openSchedule(page, 'schedule')
  const sunday = week(page).getByRole('group', { name: /^Sunday/ })
  const box = (await sunday.boundingBox())!
  const y = (hour: number): number => box.y + (box.height / 24) * hour
  await page.mouse.move(box.x + 40, y(14))
  await page.mouse.down()
  await page.mouse.move(box.x + 40, y(15))
  await page.mouse.move(box.x + 40, y(17))
  await expect(week(page)).toContainText('14:00 to 17:00')
  await page.mouse.up()
  await expect(editor(page).getByRole('textbox', { name: 'From' })).toHaveValue('14:00')
  await expect(editor(page).getByRole('textbox', { name: 'To' })).toHaveValue('17:00')
  await expect(editor(page).getByRole('button', { name: 'Sunday' })).toHaveAttribute('aria-pressed', 'true')
  await expect(editor(page).getByRole('button', { name: 'Monday' })).toHaveAttribute('aria-pressed', 'false')
})

test('an empty schedule suggests rules of one’s own models', async ({ page }) => {
  await openSchedule(page, 'scheduleEmpty')
  await page.getByRole('button', { name: /^Weekdays 08:30 to 18:00 keep .* warm/ }).click()
  await expect(page.getByRole('region', { name: 'What it will do' })).toContainText('Weekdays 08:30 to 18:00 keep')
  await editor(page).getByRole('button', { name: 'Add rule' }).click()
  await expect(page.getByRole('heading', { name: '1 rule', exact: true })).toBeVisible()
})

test('without models there is a way to get some', async ({ page }) => {
  await openSchedule(page, 'empty')
  await page.getByRole('button', { name: 'Go to Models' }).click()
  await expect(page.getByRole('heading', { name: 'Models', level: 1 })).toBeVisible()
})

test('what fails is said where it matters: the week beside its retry, a rule beside its fields', async ({ page }) => {
  await openSchedule(page, 'scheduleFailing')
  await expect(week(page)).toContainText('Stoker could not work out the week. The schedule could not be read.')
  await expect(week(page).getByRole('button', { name: 'Try again' })).toBeVisible()
  await row(page, 'Batch').getByRole('button', { name: 'Edit Batch' }).click()
  await editor(page).getByRole('textbox', { name: 'Name' }).fill('New name')
  await editor(page).getByRole('button', { name: 'Save' }).click()
  await expect(editor(page).getByRole('alert')).toHaveText('The disk is full.')
})

test('needs that nobody knows are named, and the number of models can be what is too much', async ({ page }) => {
  await openSchedule(page, 'scheduleUnknown')
  await expect(page.getByText('What mystery:7b needs is not known yet: left out of every sum.')).toBeVisible()
})

test('one model too many is a clash as well', async ({ page }) => {
  await openSchedule(page, 'scheduleModels')
  await expect(block(page, /^Before lunch, Thursday.*does not fit: 1 model too many/)).toBeVisible()
})

test('forty rules: what finds no room is counted and listed', async ({ page }) => {
  await openSchedule(page, 'scheduleMany')
  await expect(page.getByRole('heading', { name: '40 rules' })).toBeVisible()
  const more = week(page)
    .getByRole('button', { name: /more rules? at this time/ })
    .first()
  await more.click()
  await page.getByRole('menuitem').first().click()
  await expect(editor(page)).toBeVisible()
})

test('the palette makes and runs rules from any screen', async ({ page }) => {
  await openSchedule(page, 'schedule')
  await page.keyboard.press('Control+1')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'What to do' })).toBeFocused()
  await page.keyboard.type('run office')
  await expect(page.getByRole('option', { name: /Run Office hours now/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByText('Office hours: all already warm.')).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('new rule')
  await page.keyboard.press('Enter')
  await expect(editor(page)).toBeVisible()
})

for (const [colorScheme, width, height] of [
  ['light', 1280, 800],
  ['dark', 900, 600]
] as const) {
  test(`nothing serious for axe, ${colorScheme}, ${width}x${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    await openSchedule(page, 'schedule')
    await expect(block(page, /^Batch, /)).toBeVisible()
    expect(await seriousProblems(page), 'week and rules').toEqual([])
    await row(page, 'The big one').getByRole('button', { name: 'The big one', exact: true }).click()
    await expect(editor(page)).toBeVisible()
    expect(await seriousProblems(page), 'editor').toEqual([])
    await page.keyboard.press('Escape')
    await expect(editor(page)).not.toBeAttached()
    await page.getByRole('button', { name: 'Warm up now' }).click()
    await page.getByRole('menuitem', { name: 'Choose models…' }).click()
    await expect(page.getByRole('dialog', { name: 'Warm up now' })).toBeVisible()
    expect(await seriousProblems(page), 'warm up now').toEqual([])
  })
}
