/** End-to-end stories: the same specs in Chromium over the headless server and in an Electron window. build/e2e.mjs starts them. */
import { defineConfig } from '@playwright/test'

const chromium = process.env['STOKER_CHROMIUM']
const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/e2e',
  // Each story runs a real engine of its own; more at a time would only make them wait for each other.
  workers: 2,
  retries: 0,
  // Limits for what hangs, not measures of speed: a busy machine may take its time.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: process.env['STOKER_E2E_REPORT'] ?? 'test-results/e2e.json' }]],
  use: {
    // Of a failure the trace keeps the page at every action; filming all stories for it would cost an eighth of their time.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: true, sources: true },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      // Chromium's sandbox does not start as root.
      args: isRoot ? ['--no-sandbox'] : []
    }
  },
  projects: [
    {
      name: 'browser',
      testIgnore: '**/electron*.spec.ts',
      use: { browserName: 'chromium', target: 'browser' } as object
    },
    {
      name: 'electron',
      // These look at the page alone, over a scripted core: once is enough.
      testIgnore: '**/demo*.spec.ts',
      use: { browserName: 'chromium', target: 'electron' } as object
    }
  ]
})
