/** A page with a scripted core instead of a real one: every state of the screens, at once and the same each time. */
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { DemoState } from './demo/state.ts'
import { demoStates } from './demo/states.ts'
import { demoStartsAt, madeAt, setPageClock } from './demoClock.ts'

/** In the order in which they need each other; each imports nothing but types and its neighbours here. */
const files = [
  '../../src/shared/zoneOffset.ts',
  ...[
    'modelKey',
    'nearestName',
    'jsonPath',
    'templateReference',
    'template',
    'chainGraph',
    'stepName',
    'outputJson',
    'stopConditions',
    'stepNotes',
    'formatProblems',
    'stopProblems',
    'templateProblems',
    'chainProblems'
  ].map((name) => `../../src/shared/${name}.ts`),
  'fits.ts',
  'whatIf.ts',
  'longHistory.ts',
  'pageWork.ts',
  'schedule.ts',
  'modelsFile.ts',
  'diagnostics.ts',
  'chains.ts',
  'inputs.ts',
  'runs.ts',
  'runExport.ts',
  'pageBridge.ts'
]

/** Gives a page that is not open yet a core in one of the demonstration's states, at a time of the demonstration's own. */
export async function installDemo(page: Page, name: string, at = demoStartsAt): Promise<void> {
  const makeState = demoStates[name]
  if (!makeState) throw new Error(`No state is called ${name}: ${Object.keys(demoStates).join(', ')}`)
  await setPageClock(page, at)
  await page.addInitScript({ content: await demoBridgeScript(madeAt(at, makeState)) })
}

/** The same for every state, so made once. */
let core: Promise<string> | null = null

async function demoBridgeScript(state: DemoState): Promise<string> {
  core ??= coreScript()
  return `(() => {\n${await core}\ninstallDemoBridge(${JSON.stringify(state)})\n})()`
}

async function coreScript(): Promise<string> {
  const sources = await Promise.all(files.map((name) => readFile(join(import.meta.dirname, 'demo', name), 'utf8')))
  return stripTypeScriptTypes(sources.join('\n'))
    .replaceAll(/^import [^;]*? from '[^']*'$/gm, '')
    .replaceAll(/^export (type )?\{[^}]*\}( from '[^']*')?;?$/gm, '')
    .replaceAll(/^export /gm, '')
}
