/** axe on every screen, in both colour schemes: nothing serious. */
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { seriousProblems } from './seriousProblems.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing serious on any screen, ${colorScheme}`, async ({ start, startOllama }) => {
    // Eight looks, each at every element.
    test.slow()
    const ollama = await startOllama({
      generation: '0.30',
      models: { 'a:1b': {}, 'broken:1b': { loadError: 'out of memory' } }
    })
    const { page } = await start({ environment: { OLLAMA_HOST: ollama.url }, colorScheme })
    const models = modelsPage(page)
    expect(await seriousProblems(page)).toEqual([])
    await models.load('a:1b')
    await models.button('Load', 'broken:1b').click()
    await expect(models.button('Try again', 'broken:1b')).toBeVisible()
    expect(await seriousProblems(page)).toEqual([])
    for (const screen of ['Memory', 'Schedule', 'Activity', 'Diagnostics', 'Settings']) {
      await models.goTo(screen)
      await expect(page.getByRole('heading', { name: screen, exact: true })).toBeVisible()
      expect(await seriousProblems(page), screen).toEqual([])
    }
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('dialog')).toBeVisible()
    expect(await seriousProblems(page), 'palette').toEqual([])
  })
}
