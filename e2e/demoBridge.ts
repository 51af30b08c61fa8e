/** A page with a scripted core instead of a real one: every state of the screens, at once and the same each time. */
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import type { DemoState } from './demo/state.ts'

/** For Playwright's addInitScript({ content }). */
export async function demoBridgeScript(state: DemoState): Promise<string> {
  const source = await readFile(join(import.meta.dirname, 'demo', 'pageBridge.ts'), 'utf8')
  const script = stripTypeScriptTypes(source).replaceAll(/^export /gm, '')
  return `(() => {\n${script}\ninstallDemoBridge(${JSON.stringify(state)})\n})()`
}
