/** What axe finds on a page, where it is serious. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** Every rule is tried, but what passes is not listed, place by place: most of the time would go into that. */
const violationsAlone = { resultTypes: ['violations' as const] }

export async function seriousProblems(page: Page): Promise<string[]> {
  await standStill(page)
  // Without a page of its own to work in, which an Electron window does not allow. There are no frames here that would need one.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).options(violationsAlone).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}

/** What appears and goes is judged when it has: after a moment to begin, however long a busy machine takes to end it. */
async function standStill(page: Page): Promise<void> {
  await page.waitForTimeout(300)
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity)
        .map(({ finished }) => finished)
    )
  )
}
