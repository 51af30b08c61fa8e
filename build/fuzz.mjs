// `npm run fuzz [rounds]`: the property tests with new cases in every round, until one fails or the rounds are done.
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDependencies } from './bootstrap.mjs'
import { isMain, root, run, runTool } from './command.mjs'

const roundLimitMs = 20 * 60_000

async function propertyTests() {
  const { output } = await run('git', ['ls-files', '*.test.ts'], {})
  const paths = output.split('\n').filter(Boolean)
  return paths.filter((path) => readFileSync(join(root, path), 'utf8').includes("from 'fast-check'"))
}

/** @returns {Promise<boolean>} whether every test of the round went well */
async function runRound(name, tests) {
  const seed = randomInt(2 ** 31)
  const environment = { STOKER_PROPERTY_SEED: String(seed), STOKER_PROPERTY_RUNS: '1000' }
  const args = ['run', '--reporter=dot', '--testTimeout=300000', ...tests]
  const { code, output } = await runTool('vitest', args, { env: environment, timeoutMs: roundLimitMs })
  if (code !== 0) console.error(output.trimEnd())
  console.log(`${name}, seed ${seed}: ${code === 0 ? 'nothing found' : 'failed'}`)
  return code === 0
}

if (isMain(import.meta.url)) {
  // Whatever is no number must not pass for a run that found nothing.
  const rounds = Math.max(1, Math.trunc(Number(process.argv[2])) || 3)
  await ensureDependencies()
  const tests = await propertyTests()
  let isWell = tests.length > 0
  for (let round = 1; isWell && round <= rounds; round++) isWell = await runRound(`round ${round} of ${rounds}`, tests)
  process.exitCode = isWell ? 0 : 1
}
