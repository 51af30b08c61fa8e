/** The built page over a scripted core, for stories about what the page itself does: no server, the same state each time. */
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { resolveStaticFile } from '../src/main/lib/staticFile.ts'
import { demoBridgeScript } from './demoBridge.ts'
import type { DemoState } from './demo/state.ts'
import { demoStates } from './demo/states.ts'

const rendererDirectory = resolve(import.meta.dirname, '../out/renderer')

/** Opens the page in one of the demonstration's states. */
export async function openDemo(page: Page, name: string): Promise<void> {
  const makeState = demoStates[name]
  if (!makeState) throw new Error(`No state is called ${name}: ${Object.keys(demoStates).join(', ')}`)
  await page.addInitScript({ content: await demoBridgeScript(makeState()) })
  await page.route('http://stoker.test/**', (route) => {
    const file = resolveStaticFile(new URL(route.request().url()).pathname)
    if (!file) return route.fulfill({ status: 404 })
    return route.fulfill({ path: join(rendererDirectory, file.relativePath), contentType: file.contentType })
  })
  await page.goto('http://stoker.test/')
}

type Sample = Partial<Pick<DemoState['sample'], 'pressure' | 'otherBytes'>>

/** Changes the machine under the page, and lets it be measured anew. */
export async function measureAs(page: Page, changes: Sample): Promise<void> {
  await page.evaluate((changed) => {
    const { stokerDemo } = globalThis as unknown as { stokerDemo: { state: DemoState; measure: () => void } }
    Object.assign(stokerDemo.state.sample, changed)
    stokerDemo.measure()
  }, changes)
}
