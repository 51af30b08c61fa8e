/** A page with a scripted core instead of a real one: every state of the screens, at once and the same each time. */
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import type { DemoState } from './demo/state.ts'

/** In the order in which they need each other; each imports nothing but types and its neighbours here. */
const files = [
  '../../src/shared/zoneOffset.ts',
  'fits.ts',
  'whatIf.ts',
  'longHistory.ts',
  'pageWork.ts',
  'schedule.ts',
  'modelsFile.ts',
  'diagnostics.ts',
  'pageBridge.ts'
]

/** For Playwright's addInitScript({ content }). */
export async function demoBridgeScript(state: DemoState): Promise<string> {
  const sources = await Promise.all(files.map((name) => readFile(join(import.meta.dirname, 'demo', name), 'utf8')))
  const script = stripTypeScriptTypes(sources.join('\n'))
    .replaceAll(/^import [^;]*? from '[^']*'$/gm, '')
    .replaceAll(/^export /gm, '')
  return `(() => {\n${script}\ninstallDemoBridge(${JSON.stringify(state)})\n})()`
}
