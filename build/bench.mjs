// `npm run bench`: the speeds that README promises, measured here and now.
import { join } from 'node:path'
import { ensureDependencies } from './bootstrap.mjs'
import { ensureBuild } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { hand, projectNode, root } from './command.mjs'

await ensureDependencies()
if (!(await ensureBuild())) process.exit(1)
const chromium = await ensureChromium()
if ('problem' in chromium) {
  console.error(chromium.problem)
  process.exit(1)
}
process.exit(
  (await hand(projectNode, [join(root, 'bench/run.ts'), ...process.argv.slice(2)], chromium.environment)).code
)
