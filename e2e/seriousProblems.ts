/** What axe finds on a page, where it is serious. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

export async function seriousProblems(page: Page): Promise<string[]> {
  // What appears and goes is judged when it stands still.
  await page.waitForTimeout(300)
  // Without a page of its own to work in, which an Electron window does not allow. There are no frames here that would need one.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}
