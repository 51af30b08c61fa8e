/** The built page over a scripted core, for stories about what the page itself does: no server, the same state each time. */
import type { Page } from '@playwright/test'
import { installDemo } from './demoBridge.ts'
import type { StokerDemo } from './demo/pageBridge.ts'
import type { DemoState } from './demo/state.ts'
import { pageAddress } from './pageServer.ts'

/** Opens the page in one of the demonstration's states; `at` is a time other than the demonstration's usual one. */
export async function openDemo(page: Page, name: string, at?: string): Promise<void> {
  await installDemo(page, name, at)
  await page.goto(await pageAddress())
}

interface DemoGlobal {
  stokerDemo: StokerDemo
}

type Sample = Partial<Pick<DemoState['sample'], 'pressure' | 'otherBytes'>>

/** Changes the machine under the page, and lets it be measured anew. */
export async function measureAs(page: Page, changes: Sample): Promise<void> {
  await page.evaluate((changed) => {
    const { stokerDemo } = globalThis as unknown as DemoGlobal
    Object.assign(stokerDemo.state.sample, changed)
    stokerDemo.measure()
  }, changes)
}

/** Holds the work of the core: what lasts for a moment lasts until the story has seen it, however busy the machine is. */
export async function holdWork(page: Page) {
  const tell = (what: 'hold' | 'step' | 'goOn'): Promise<void> =>
    page.evaluate((told) => (globalThis as unknown as DemoGlobal).stokerDemo[told](), what)
  await tell('hold')
  return {
    /** Lets it go on to its next step. */
    step: () => tell('step'),
    goOn: () => tell('goOn')
  }
}
