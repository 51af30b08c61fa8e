/** The one `test` of all stories: hands each its own app and, where it asks, its own fake Ollama, and ends both. */
import { expect, test as base } from '@playwright/test'
import { startFakeOllama, type FakeOllama, type FakeOllamaOptions } from './fakeOllama.ts'
import { removeFolder, startInBrowser, startInElectron, type StartOptions, type StokerApp } from './stokerApp.ts'

export type Target = 'browser' | 'electron'

interface Fixtures {
  target: Target
  /** Starts the app; several may run in one test, each in its own folder. */
  start: (options?: StartOptions) => Promise<StokerApp>
  startOllama: (options?: FakeOllamaOptions) => Promise<FakeOllama>
}

export const test = base.extend<Fixtures>({
  target: ['browser', { option: true }],
  start: async ({ target, browser }, use) => {
    const started: StokerApp[] = []
    await use(async (options) => {
      const app = target === 'electron' ? await startInElectron(options) : await startInBrowser(browser, options)
      started.push(app)
      await expect(app.page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
      return app
    })
    for (const app of started) await app.quit()
    for (const app of started) removeFolder(app.dataDirectory)
  },
  startOllama: async ({ target: _target }, use) => {
    const started: FakeOllama[] = []
    await use(async (options) => {
      const fake = await startFakeOllama(options)
      started.push(fake)
      return fake
    })
    for (const fake of started) await fake.stop()
  }
})

export { expect }
