/** models.yaml in the running app: written by hand and from the screen, its mistakes named, its roles shared. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'
import type { StokerApp } from './stokerApp.ts'

const entry = (name: string): string => `  # The small one.
  - name: ${name}   # for quick questions
    path: weights/small.gguf
    context_length: 512
    options: { max_tokens: 4 }
`

/** A real model outside the models folder, so that only models.yaml knows it. */
async function withWeights({ ask, dataDirectory, modelsDirectory }: StokerApp): Promise<string> {
  await ask('models.createSample', { size: 'small' })
  renameSync(modelsDirectory, join(dataDirectory, 'weights'))
  renameSync(join(dataDirectory, 'weights/stoker-sample-small.gguf'), join(dataDirectory, 'weights/small.gguf'))
  await ask('models.list', { refresh: true })
  return join(dataDirectory, 'models.yaml')
}

async function openSection(page: Page) {
  await modelsPage(page).goTo('Settings')
  await page.getByRole('button', { name: 'Models file' }).click()
  return page.getByRole('region', { name: 'Models file' })
}

test('a good entry loads, a bad one is named with its line, and a change by hand counts at once', async ({ start }) => {
  const app = await start()
  const file = await withWeights(app)
  const models = modelsPage(app.page)
  await expect(models.row('stoker-sample-small')).toBeHidden()

  writeFileSync(file, `models:\n  - name: broken\n    path: x.gguf\n    context_length: many\n${entry('quick')}`)
  await models.load('quick')
  const loaded = (await app.ask('models.list', {})).models.find(({ id }) => id.name === 'quick')
  expect(loaded?.contextLength).toBe(512)
  const section = await openSection(app.page)
  await expect(section.getByRole('status')).toContainText('Line 4')
  await expect(section.getByRole('status')).toContainText('“broken” is left out: context_length must be a whole number')
  await expect(section.getByRole('row', { name: 'quick' })).toContainText('512 tokens')

  writeFileSync(file, `models:\n${entry('quick')}  - name: twin\n    path: weights/small.gguf\n`)
  await expect(section.getByRole('status')).toBeHidden()
  await expect(section.getByRole('row', { name: 'twin' })).toBeVisible()
  await models.goTo('Models')
  await expect(models.row('twin')).toBeVisible()
  await expect(models.button('Unload', 'quick')).toBeVisible()
  await models.goTo('Activity')
  await expect(app.page.getByText('models.yaml was read').first()).toBeVisible()
})

test('an alias saved on the screen leaves every comment, and two roles share one loaded model', async ({ start }) => {
  const app = await start()
  const file = await withWeights(app)
  const text = `# Mine.\nmodels:\n${entry('quick')}\n# Roles.\naliases:\n  coder: built-in/quick # why\n`
  writeFileSync(file, text)
  const section = await openSection(app.page)
  await expect(section.getByRole('row', { name: 'coder' })).toContainText('quick')
  await expect(section.getByRole('status')).toBeHidden()

  await section.getByRole('button', { name: 'Add alias' }).click()
  const dialog = app.page.getByRole('dialog', { name: 'Add alias' })
  await dialog.getByLabel('Role').fill('reviewer')
  await dialog.getByRole('combobox', { name: 'Model' }).click()
  await app.page.getByRole('option', { name: 'quick' }).click()
  await dialog.getByRole('button', { name: 'Add alias' }).click()
  await expect(section.getByRole('row', { name: 'reviewer' })).toBeVisible()
  expect(readFileSync(file, 'utf8')).toBe(`${text}  reviewer: built-in/quick\n`)

  const ask = (role: string) => app.ask('models.generate', { id: { hostId: 'alias', name: role }, prompt: 'Hello' })
  const answers = await Promise.all([ask('coder'), ask('reviewer')])
  for (const { outputTokens } of answers) expect(outputTokens).toBeLessThanOrEqual(4)
  const { events } = await app.ask('events.list', {})
  expect(events.filter(({ kind }) => kind === 'loaded')).toHaveLength(1)
  await expect(app.ask('models.load', { id: { hostId: 'alias', name: 'poet' } })).rejects.toThrow(
    'There is no alias “poet”'
  )
})

test('a setting typed into settings.json counts at once, and a broken file resets nothing', async ({ start }) => {
  const app = await start()
  const file = join(app.dataDirectory, 'settings.json')
  await modelsPage(app.page).goTo('Settings')
  const field = app.page.getByRole('textbox', { name: 'Loaded models at most' })
  await expect(field).toHaveValue('2')
  writeFileSync(file, JSON.stringify({ version: 1, settings: { maxLoadedModels: 3 } }))
  await expect(field).toHaveValue('3')
  writeFileSync(file, '{ "version": 1, "settings": { "maxLoaded')
  await expect
    .poll(async () => (await app.ask('events.list', {})).events.map(({ reason }) => reason ?? '').join('\n'))
    .toContain('The settings file cannot be read')
  await expect(field).toHaveValue('3')
})
