/** axe on every screen, in both colour schemes: nothing serious. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'

async function seriousProblems(page: Page): Promise<string[]> {
  // Without a page of its own to work in, which an Electron window does not allow. There are no frames here that would need one.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing serious on any screen, ${colorScheme}`, async ({ start, startOllama }) => {
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
    for (const screen of ['Memory', 'Activity', 'Settings']) {
      await models.goTo(screen)
      await expect(page.getByRole('heading', { name: screen, exact: true })).toBeVisible()
      expect(await seriousProblems(page), screen).toEqual([])
    }
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('dialog')).toBeVisible()
    expect(await seriousProblems(page), 'palette').toEqual([])
  })
}
