// `npm run e2e`: the end-to-end stories in Chromium; with --electron, the same stories in a real Electron window.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ensureDependencies } from './bootstrap.mjs'
import { ensureBuild } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { isMain, projectNode, root, run, runTool, tail } from './command.mjs'
import { openDisplay } from './display.mjs'
import { findElectron } from './electron.mjs'

const storiesLimitMs = 30 * 60_000
const rigLimitMs = 10 * 60_000
const results = join(root, 'test-results')

/** @returns {Promise<{ passed: number, failed: number, skipped: string[] }>} */
export async function runStories(project, { environment = {}, args = [] } = {}) {
  const report = join(results, `${project}.json`)
  mkdirSync(results, { recursive: true })
  rmSync(report, { force: true })
  const { code } = await runTool('playwright', ['test', `--project=${project}`, ...args], {
    env: { ...environment, STOKER_E2E_REPORT: report },
    timeoutMs: storiesLimitMs,
    live: true
  })
  const counted = existsSync(report)
    ? countStories(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: [] }
  // A run that broke off has failed even where every story it told went well.
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
}

/** Playwright's JSON report, as numbers and as the reasons of what was skipped. */
export function countStories({ suites = [], errors = [] }) {
  const tests = suites.flatMap(listTests)
  const withStatus = (...statuses) => tests.filter(({ status }) => statuses.includes(status))
  return {
    passed: withStatus('expected', 'flaky').length,
    failed: withStatus('unexpected').length + errors.length,
    skipped: withStatus('skipped').map(({ title, reason }) => `${title}: ${reason}`)
  }
}

function listTests({ suites = [], specs = [] }) {
  const own = specs.flatMap(({ title, tests }) =>
    tests.map(({ status, annotations = [] }) => ({
      title,
      status,
      reason: annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description ?? 'no reason given'
    }))
  )
  return [...own, ...suites.flatMap(listTests)]
}

export async function runBrowserStories(args = []) {
  const chromium = await ensureChromium()
  if ('problem' in chromium) return withoutChromium(chromium.problem, process.env)
  return runStories('browser', { environment: chromium.environment, args })
}

/** A person without a Chromium may go on; a machine that is there to test has not tested. */
export function withoutChromium(problem, { CI }) {
  return { passed: 0, failed: CI ? 1 : 0, skipped: [`end-to-end stories: ${problem}`] }
}

/** The end of every report: what was not tried and why, how many that are, and in the very last line how the rest went. */
export function describeResult({ passed, failed, skipped }) {
  const count = skipped.length > 0 ? [`${skipped.length} skipped`] : []
  return [...skipped.map((reason) => `skipped: ${reason}`), ...count, `${passed} passed, ${failed} failed`]
}

/** Stories asked for by name, none of which ran, have not gone well. */
export function exitCodeOf({ passed, failed }) {
  return failed > 0 || passed === 0 ? 1 : 0
}

async function runElectronStories(args) {
  const electron = await findWindow()
  if (electron === null) return { passed: 0, failed: 0, skipped: ['no Electron binary'] }
  const needsDisplay = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY
  const display = needsDisplay ? await openDisplay() : null
  if (needsDisplay && display === null)
    return { passed: 0, failed: 0, skipped: ['no display, and no Xvfb to make one'] }
  try {
    const chromium = await ensureChromium()
    const environment = { ...chromium.environment, ...electron, ...(display ? { DISPLAY: display.display } : {}) }
    return await runStories('electron', { environment, args })
  } finally {
    display?.close()
  }
}

/** What the stories are told about the Electron they run in: a prepared one, the project's own, or one that a script prepares. */
async function findWindow() {
  if (process.env.STOKER_E2E_ELECTRON || findElectron()) return {}
  const script = resolve(root, process.env.STOKER_ELECTRON_RIG ?? '../shared/electron-rig/prepare.mjs')
  if (!existsSync(script)) return null
  console.log('Preparing an Electron for the stories …')
  const folder = join(results, 'electron-rig')
  const { code, output } = await run(projectNode, [script, '--project', root, '--to', folder], {
    timeoutMs: rigLimitMs
  })
  if (code !== 0) {
    console.error(tail(output))
    return null
  }
  const file = join(results, 'electron-rig.json')
  writeFileSync(file, output.trim().split('\n').at(-1) ?? '')
  return { STOKER_E2E_ELECTRON: file }
}

if (isMain(import.meta.url)) {
  const args = process.argv.slice(2)
  const isElectron = args.includes('--electron')
  await ensureDependencies()
  if (!(await ensureBuild())) process.exit(1)
  const rest = args.filter((arg) => arg !== '--electron')
  const result = await (isElectron ? runElectronStories(rest) : runBrowserStories(rest))
  for (const line of describeResult(result)) console.log(line)
  process.exitCode = exitCodeOf(result)
}
