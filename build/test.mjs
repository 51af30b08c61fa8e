// `npm test`: everything that can go wrong, from types to end-to-end stories, and one line at the end that says how it went.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDependencies } from './bootstrap.mjs'
import { ensureBuild } from './build.mjs'
import { runChecks } from './check.mjs'
import { elapsed, projectNode, root, run, runTool, tail } from './command.mjs'
import { describeResult, runBrowserStories } from './e2e.mjs'

const unitLimitMs = 20 * 60_000
const ollamaLimitMs = 20 * 60_000

const parts = {
  'types, lint and format': runChecks,
  'unit and contract': runUnitTests,
  'a real Ollama': runOllamaSuite,
  build: runBuild,
  'end-to-end in Chromium': () => runBrowserStories()
}

async function runUnitTests() {
  const report = join(root, 'test-results/unit.json')
  mkdirSync(join(root, 'test-results'), { recursive: true })
  rmSync(report, { force: true })
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]
  const { code, output, timedOut } = await runTool('vitest', ['run', ...reporters], { timeoutMs: unitLimitMs })
  if (code !== 0) console.error(timedOut ? `${tail(output)}\nThe tests took too long.` : output.trimEnd())
  const counted = existsSync(report)
    ? countTests(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: [] }
  // A file that cannot be loaded, or an error nobody caught, fails no test and yet is a failure.
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
}

/** vitest's JSON report, as numbers and as the names of what was skipped. */
function countTests({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  const isSkipped = ({ status }) => status !== 'passed' && status !== 'failed'
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').length,
    skipped: tests.filter(isSkipped).map(({ fullName }) => fullName)
  }
}

/** Its last line says what was found and how it went; where no Ollama is found nothing is counted. */
async function runOllamaSuite() {
  const script = join(root, 'build/testOllama.mjs')
  const { code, output } = await run(projectNode, [script, '--if-found'], { timeoutMs: ollamaLimitMs })
  if (code !== 0) console.error(tail(output))
  const note = output.trim().split('\n').at(-1) ?? ''
  const [, passed = 0, failed = 0] = (/(\d+) passed, (\d+) failed$/.exec(note) ?? []).map(Number)
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1), skipped: [], note }
}

async function runBuild() {
  return (await ensureBuild()) ? { passed: 1, failed: 0, skipped: [] } : { passed: 0, failed: 1, skipped: [] }
}

await ensureDependencies()
const startedAt = Date.now()
const total = { passed: 0, failed: 0, skipped: [] }
for (const [name, runPart] of Object.entries(parts)) {
  const partStartedAt = Date.now()
  console.log(`\n${name} …`)
  const { passed, failed, skipped, note } = await runPart()
  console.log(note ? `${name}: ${note}` : `${name}: ${passed} passed, ${failed} failed (${elapsed(partStartedAt)})`)
  total.passed += passed
  total.failed += failed
  total.skipped.push(...skipped)
}
console.log(`\nDone in ${elapsed(startedAt)}.`)
for (const line of describeResult(total)) console.log(line)
process.exitCode = total.failed > 0 ? 1 : 0
