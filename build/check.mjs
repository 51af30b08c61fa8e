// `npm run check`: types, lint and format. What passes says so in a word; only what fails says more.
import { ensureDependencies } from './bootstrap.mjs'
import { elapsed, isMain, runTool } from './command.mjs'

const checkLimitMs = 10 * 60_000

const checks = [
  { name: 'types of the core', tool: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'types of the page', tool: 'tsc', args: ['-p', 'src/renderer/tsconfig.json'] },
  { name: 'types of the end-to-end stories', tool: 'tsc', args: ['-p', 'e2e/tsconfig.json'] },
  { name: 'types of the bench', tool: 'tsc', args: ['-p', 'bench/tsconfig.json'] },
  { name: 'lint', tool: 'eslint', args: ['.'] },
  { name: 'format', tool: 'prettier', args: ['--check', '--log-level', 'warn', '.'] }
]

/** @returns {Promise<{ passed: number, failed: number, skipped: string[] }>} each check counts as one */
export async function runChecks() {
  const result = { passed: 0, failed: 0, skipped: [] }
  for (const { name, tool, args } of checks) {
    const startedAt = Date.now()
    const { code, output, timedOut } = await runTool(tool, args, { timeoutMs: checkLimitMs })
    if (code === 0) result.passed += 1
    else {
      result.failed += 1
      console.error(output.trimEnd())
    }
    console.log(`${name}: ${code === 0 ? 'clean' : timedOut ? 'took too long' : 'failed'} (${elapsed(startedAt)})`)
  }
  return result
}

if (isMain(import.meta.url)) {
  await ensureDependencies()
  const { failed } = await runChecks()
  if (failed > 0) process.exitCode = 1
}
