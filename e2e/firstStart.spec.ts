/** The main job on a machine with nothing installed: from an empty list to a model that answers, and back to free memory. */
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'

test('first start: from nothing installed to a loaded sample that answers, and its memory back', async ({ start }) => {
  const { page, ask } = await start()
  const models = modelsPage(page)

  await expect(page.getByText('No models on this machine yet')).toBeVisible()
  await expect(models.bar.getByText('No model loaded')).toBeVisible()
  await page.getByRole('button', { name: 'Create sample models' }).click()
  await page.getByRole('button', { name: 'Create small sample' }).click()

  const name = 'stoker-sample-small'
  await models.load(name)
  await expect(models.list('Loaded').getByRole('row', { name, exact: true })).toBeVisible()
  await expect(models.bar.getByText(/MB held by 1 model$/)).toBeVisible()
  await expect(models.row(name)).toContainText('Ready')
  await expect(models.row(name)).toContainText(/unloads in \d+:\d\d/)

  await models.ask(name, 'hello there')
  await expect(models.answer).not.toBeEmpty()
  await expect(page.getByRole('button', { name: 'Ask', exact: true })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(/[\d.,]+ tok\/s/).first()).toBeVisible()

  await models.unload(name)
  await expect(models.bar.getByText('No model loaded')).toBeVisible()
  expect((await ask('memory.current', {})).models).toEqual([])

  await models.goTo('Activity')
  await expect(page.getByText(/unloaded/i).first()).toBeVisible()
  await models.goTo('Memory')
  await expect(page.getByRole('heading', { name: 'Memory', exact: true })).toBeVisible()
})

test('what a model holds is near what its process takes', async ({ start }) => {
  const { page, ask } = await start()
  const models = modelsPage(page)
  const name = await models.createSample('medium')
  await models.load(name)
  const { models: held } = await ask('memory.current', {})
  const { memoryParts } = await ask('models.inspect', { id: { hostId: 'built-in', name } })
  const allocated = (memoryParts ?? []).reduce((sum, part) => sum + part.bytes, 0)
  expect(allocated).toBeGreaterThan(300e6)
  expect(Math.abs((held[0]?.heldBytes ?? 0) - allocated) / allocated).toBeLessThan(0.1)
})
