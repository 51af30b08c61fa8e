// `npm run dev`: the window with a page that follows its sources; with --serve, the server and the page rebuilt at every change.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ensureDependencies } from './bootstrap.mjs'
import { ensureBuild } from './build.mjs'
import { hand, projectNode, root, tool } from './command.mjs'
import { fetchElectron, findElectron } from './electron.mjs'

const args = process.argv.slice(2)
await ensureDependencies()
if (args.includes('--serve')) {
  if (!(await ensureBuild())) process.exit(1)
  const building = hand(projectNode, tool('electron-vite', 'build', '--watch', '--logLevel', 'warn'))
  // The watching build begins by emptying out/.
  const entry = join(root, 'out/main/serve.js')
  do await wait(500)
  while (!existsSync(entry))
  const serving = hand(projectNode, ['--watch', '--watch-preserve-output', entry, ...args])
  process.exit((await Promise.race([building, serving])).code)
}
if ((findElectron() ?? (await fetchElectron())) === null) {
  console.error('Electron could not be fetched. Work on the page in a browser instead: npm run dev -- --serve')
  process.exit(1)
}
process.exit((await hand(projectNode, tool('electron-vite', 'dev', '--watch', '--', ...args))).code)
