/** Everything of the main job without a pointer. */
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'

test('load, look, search, change screens and unload with the keyboard only', async ({ start, startOllama }) => {
  const ollama = await startOllama({ generation: '0.30', models: { 'a:1b': {}, 'b:1b': {}, 'c:1b': {} } })
  const { page } = await start({ environment: { OLLAMA_HOST: ollama.url } })
  const models = modelsPage(page)
  await expect(models.row('a:1b')).toBeVisible()

  // From the top of the page to the list, by Tab alone.
  for (let stops = 0; stops < 40; stops++) {
    await page.keyboard.press('Tab')
    if (await models.row('a:1b').evaluate((element) => element === document.activeElement)) break
  }
  await expect(models.row('a:1b')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(models.row('b:1b')).toBeFocused()
  await page.keyboard.press('l')
  await expect(models.button('Unload', 'b:1b')).toBeVisible()
  await expect(models.list('Loaded').getByRole('row')).toHaveCount(1)

  await page.keyboard.press('Control+f')
  await page.keyboard.type('b:')
  await expect(models.row('a:1b')).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(models.row('a:1b')).toBeVisible()

  await page.keyboard.press('Control+2')
  await expect(page.getByRole('heading', { name: 'Memory', exact: true })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('unload b')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+1')
  await expect(models.button('Load', 'b:1b')).toBeVisible()
})
