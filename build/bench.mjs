// `npm run bench`: the speeds that README promises, measured here and now.
import { join } from 'node:path'
import { ensureDependencies } from './bootstrap.mjs'
import { ensureBuild } from './build.mjs'
import { hand, projectNode, root } from './command.mjs'

await ensureDependencies()
if (!(await ensureBuild())) process.exit(1)
process.exit((await hand(projectNode, [join(root, 'bench/run.ts'), ...process.argv.slice(2)])).code)
