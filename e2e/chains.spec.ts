/** Chains in earnest: built by mouse and by keyboard alone, run on real models, and every mistake refused with its place. */
import type { Locator } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { chainsPage } from './pages/chainsPage.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { runsPage } from './pages/runsPage.ts'
import { savedFile } from './savedFile.ts'
import type { StokerApp } from './stokerApp.ts'
import { addChain, type StepWish } from './testChains.ts'

const small = 'stoker-sample-small'
const medium = 'stoker-sample-medium'

async function createSamples({ ask }: StokerApp): Promise<void> {
  for (const size of ['small', 'medium'] as const) await ask('models.createSample', { size })
}

/** The one run there is, as the core knows it. */
async function onlyRun({ ask }: StokerApp) {
  const { runs } = await ask('runs.list', {})
  expect(runs).toHaveLength(1)
  return runs[0]!
}

/** What was planned is what was done, to the page and to the core, and nothing is left in memory. */
async function expectAsPlanned(app: StokerApp, loads: number): Promise<void> {
  const runs = runsPage(app.page)
  await expect(runs.figure('Loads')).toHaveText(`${loads}${loads} planned`)
  const run = await onlyRun(app)
  expect([run.loads, run.plannedLoads]).toEqual([loads, loads])
  const [peak, planned] = [run.peakBytes ?? 0, run.plannedPeakBytes ?? 0]
  expect(planned).toBeGreaterThan(100e6)
  expect(Math.abs(peak - planned) / planned).toBeLessThan(0.1)
  await expect(modelsPage(app.page).bar.getByText('No model loaded')).toBeVisible()
  expect((await app.ask('memory.current', {})).models).toEqual([])
}

const oneAtATime = { STOKER_MAX_LOADED_MODELS: '1' }

test('a chain built by mouse from an empty canvas runs on real models, as planned', async ({ start }) => {
  // Two real engines start, one after the other: where twenty others want the machine, a minute each.
  test.slow()
  const app = await start({ environment: oneAtATime })
  const { page } = app
  const chains = chainsPage(page)
  const runs = runsPage(page)
  await createSamples(app)
  await chains.open()
  await page.getByRole('button', { name: 'New chain' }).click()
  await expect(page.getByText('A step asks one model with a prompt.')).toBeVisible()
  await chains.section('Options').click()
  await chains.inspector.getByRole('textbox', { name: /^New tokens/ }).fill('8')

  await page.getByRole('button', { name: 'Models', exact: true }).last().click()
  await chains.shelfRow(small).dragTo(chains.canvas, { targetPosition: { x: 260, y: 90 } })
  await chains.card('Step 1').click()
  await chains.name.fill('Draft')
  await chains.prompt.click()
  await chains.prompt.pressSequentially('Write about {{inp')
  await page
    .getByRole('listbox', { name: 'Names' })
    .getByRole('option', { name: /^input/ })
    .click()
  await expect(chains.prompt).toHaveValue('Write about {{input}}')
  await expect(chains.card('Draft')).toHaveAccessibleName(`Step Draft, ${small}, mentions input`)

  await chains.addStep('Judge')
  await chains.shelfRow(medium).dragTo(chains.card('Judge'))
  await chains.prompt.click()
  await chains.prompt.fill('Judge this:')
  await page.getByRole('button', { name: 'Close models' }).click()
  await page.getByRole('button', { name: 'Zoom to fit' }).click()
  await chains.connect(chains.card('Draft'), chains.card('Judge'))
  await expect(chains.card('Judge')).toHaveAccessibleName(`Step Judge, ${medium}, mentions Draft`)
  await expect(chains.prompt).toHaveValue('Judge this:\n\n{{steps.Draft}}')
  await chains.saved()

  await chains.openRun('Lines')
  await chains.dialog.getByRole('textbox', { name: 'Lines to run on' }).click()
  await page.keyboard.insertText('rivers\nhills\n\nfields')
  await expect(chains.dialog.getByRole('status').filter({ hasText: '3 lines' })).toBeVisible()
  await expect(chains.dialog.getByRole('region', { name: 'Plan' })).toContainText('2 loads instead of 6')
  await chains.dialog.getByRole('button', { name: 'Run 3 lines' }).click()

  await runs.ended()
  await expect(runs.figure('Items')).toContainText('3 of 3')
  await runs.openItem('line 2')
  const draft = (await runs.output('Draft').textContent()) ?? ''
  expect(draft).not.toBe('')
  expect(await (await runs.showPrompt('Draft')).textContent()).toContain('Write about hills')
  expect(await (await runs.showPrompt('Judge')).textContent()).toContain(`Judge this:\n\n${draft}`)
  await expectAsPlanned(app, 2)
})

test('the same by keyboard alone', async ({ start }) => {
  test.slow()
  const app = await start({ environment: { ...oneAtATime, STOKER_LOCAL_NEW_TOKENS: '8' } })
  const { page } = app
  const chains = chainsPage(page)
  const runs = runsPage(page)
  const { keyboard } = page
  await createSamples(app)
  await keyboard.press('Control+3')
  await expect(page.getByRole('button', { name: 'New chain' })).toBeEnabled()
  await tabTo(app, page.getByRole('button', { name: 'New chain' }))
  await keyboard.press('Enter')
  await tabTo(app, chains.inputCard)
  await addByKeyboard(app, 'Draft', 'sample-small')
  await keyboard.type('Write about {{inp')
  await expect(page.getByRole('listbox', { name: 'Names' })).toBeVisible()
  await keyboard.press('Enter')
  await expect(chains.prompt).toHaveValue('Write about {{input}}')
  await keyboard.press('Escape')
  await expect(chains.card('Draft')).toBeFocused()

  await addByKeyboard(app, 'Judge', 'sample-medium')
  await keyboard.type('Judge this: {{steps.D')
  await expect(page.getByRole('listbox', { name: 'Names' })).toBeVisible()
  await keyboard.press('Tab')
  await expect(chains.prompt).toHaveValue('Judge this: {{steps.Draft}}')
  await keyboard.press('Escape')
  await expect(chains.card('Judge')).toHaveAccessibleName(`Step Judge, ${medium}, mentions Draft`)
  await chains.saved()

  await tabTo(app, page.getByRole('button', { name: 'Run…' }), 'Shift+Tab')
  await keyboard.press('Enter')
  await expect(chains.dialog).toBeVisible()
  await tabTo(app, chains.dialog.getByRole('radio', { name: 'Text', exact: true }), 'Shift+Tab')
  await keyboard.press('ArrowRight')
  await tabTo(app, chains.dialog.getByRole('textbox', { name: 'Lines to run on' }))
  await keyboard.type('rivers')
  await keyboard.press('Enter')
  await keyboard.type('hills')
  const run = chains.dialog.getByRole('button', { name: 'Run 2 lines' })
  await expect(run).toBeEnabled()
  await tabTo(app, run)
  await keyboard.press('Enter')

  await runs.ended()
  await tabTo(app, page.getByRole('listbox', { name: 'Items' }))
  await keyboard.press('ArrowDown')
  await expect(runs.output('Draft')).toBeVisible()
  const draft = (await runs.output('Draft').textContent()) ?? ''
  await tabTo(app, runs.step('Judge').getByRole('button', { name: 'Show the prompt' }))
  await keyboard.press('Enter')
  expect(draft).not.toBe('')
  expect(await runs.prompt('Judge').textContent()).toContain(`Judge this: ${draft}`)
  await expectAsPlanned(app, 2)
})

/** N, its name, its model, and on to its prompt. */
async function addByKeyboard({ page }: StokerApp, name: string, model: string): Promise<void> {
  const chains = chainsPage(page)
  await page.keyboard.press('n')
  await expect(chains.name).toBeFocused()
  await page.keyboard.type(name)
  await page.keyboard.press('Tab')
  await page.keyboard.type(model)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(chains.prompt).toBeFocused()
}

/** As far as that key takes a person, and no further than a page is long. */
async function tabTo({ page }: StokerApp, place: Locator, key = 'Tab'): Promise<void> {
  for (let stops = 0; stops < 80; stops++) {
    if (await place.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  await expect(place).toBeFocused()
}

async function importFile({ page }: StokerApp, name: string, text: string): Promise<void> {
  const coming = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Import…' }).click()
  await (await coming).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) })
}

test('what cannot be imported is refused with its place', async ({ start }) => {
  const app = await start()
  const chains = chainsPage(app.page)
  await chains.open()
  const refusal = (name: string) => app.page.getByRole('alert').filter({ hasText: `${name} was not imported` })
  await importFile(app, 'comma.json', '{\n  "name": "x",\n  "steps": [,]\n}')
  await expect(refusal('comma.json')).toContainText('line 3, column 13')
  await importFile(
    app,
    'shape.json',
    JSON.stringify({
      name: 'x',
      steps: [
        { name: 'A', prompt: 'a' },
        { name: 'B', prompt: 7 }
      ]
    })
  )
  await expect(refusal('shape.json')).toContainText('steps 2, prompt: must be text')
  await importFile(app, 'newer.json', JSON.stringify({ version: 2, name: 'x', steps: [] }))
  await expect(refusal('newer.json')).toContainText('written by a newer Stoker (version 2')
  expect((await app.ask('chains.list', {})).chains).toEqual([])
})

test('a circle, an unknown name and a missing model are named with their step, and nothing runs', async ({
  start,
  startOllama
}) => {
  const ollama = await startOllama({ generation: '0.30', models: { 'a:1b': {} } })
  const app = await start({ environment: { OLLAMA_HOST: ollama.url } })
  const { page, ask } = app
  const chains = chainsPage(page)
  const model = 'ollama/a:1b'
  const mistakes: [string, StepWish[], string][] = [
    [
      'Circle',
      [
        { name: 'Egg', model, prompt: 'from {{steps.Hen}} and {{input}}' },
        { name: 'Hen', model, prompt: 'from {{steps.Egg}}' }
      ],
      'wait for each other: Egg → Hen → Egg'
    ],
    [
      'Unknown',
      [{ name: 'Tell', model, prompt: 'of {{input}}\nand {{steps.Draught}}' }],
      'Prompt of “Tell”, line 2, letter 5'
    ],
    ['Missing', [{ name: 'Ask', model: 'ollama/gone:9b', prompt: '{{input}}' }], 'gone:9b']
  ]
  for (const [name, steps, words] of mistakes) {
    const chain = await addChain(app, name, steps)
    await chains.openChain(name)
    await chains.problems.click()
    await expect(page.getByRole('menu')).toContainText(words)
    await expect(chains.plan).toContainText('No plan yet')
    await page.keyboard.press('Escape')
    await chains.openRun('Lines')
    await chains.dialog.getByRole('textbox', { name: 'Lines to run on' }).fill('x')
    await expect(chains.dialog.getByRole('status').filter({ hasText: '1 line' })).toBeVisible()
    await expect(chains.dialog.getByRole('button', { name: /^Run/ })).toBeDisabled()
    await page.keyboard.press('Escape')
    await expect(chains.dialog).toBeHidden()
    const refused = ask('chains.run', { chainId: chain.id, input: { kind: 'text', text: 'x' } })
    await expect(refused).rejects.toThrow(words)
  }
  expect((await ask('runs.list', {})).runs).toEqual([])
  expect(ollama.loads()).toBe(0)
})

test('a chain is saved as it is built, undone and had back, and leaves and comes as a file', async ({
  start,
  startOllama
}) => {
  const ollama = await startOllama({ generation: '0.30', models: { 'a:1b': {} } })
  const app = await start({ environment: { OLLAMA_HOST: ollama.url } })
  const { page, ask } = app
  const chains = chainsPage(page)
  await addChain(app, 'Kept', [{ name: 'Tell', model: 'ollama/a:1b', prompt: 'tell of {{input}}' }])
  await chains.openChain('Kept')
  await chains.addStep('More')
  await chains.prompt.fill('more of {{steps.Tell}}')
  await chains.saved()
  await page.reload()
  await chains.openChain('Kept')
  await expect(chains.card('More')).toHaveAccessibleName(/mentions Tell/)

  await chains.card('More').click()
  await page.keyboard.press('Delete')
  await expect(chains.card('More')).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(chains.card('More')).toBeVisible()
  // Back at what was saved before.
  await chains.saved()
  await page.keyboard.press('Control+Shift+z')
  await expect(chains.card('More')).toHaveCount(0)
  await chains.saved()

  await page.getByRole('button', { name: 'More for this chain' }).click()
  await page.getByRole('menuitem', { name: 'Earlier versions' }).click()
  const versions = page.getByRole('complementary', { name: 'Earlier versions' })
  await versions
    .getByRole('button', { name: /2 steps/ })
    .first()
    .click()
  await versions.getByRole('button', { name: /^Restore/ }).click()
  await expect(chains.card('More')).toHaveAccessibleName(/mentions Tell/)
  await chains.saved()

  const file = await savedFile(app, async () => {
    await page.getByRole('button', { name: 'More for this chain' }).click()
    await page.getByRole('menuitem', { name: 'Export…' }).click()
  })
  expect(file.name).toBe('Kept.chain.json')
  const { chains: list } = await ask('chains.list', {})
  const { chain: before } = await ask('chains.get', { chainId: list[0]!.id })
  await ask('chains.remove', { chainId: before.id })
  await chains.open()
  await importFile(app, file.name, file.text)
  await expect(chains.card('More')).toHaveAccessibleName(/mentions Tell/)
  expect((await ask('chains.get', { chainId: before.id })).chain).toEqual(before)
})
