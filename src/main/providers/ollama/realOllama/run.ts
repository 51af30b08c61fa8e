/** Runs the provider's suites against a real Ollama where there is one, and says in its last line what it did. */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startVitest } from 'vitest/node'
import { findOllama, type FoundOllama } from './findOllama.ts'
import { startOwnServer } from './ownServer.ts'
import { writeTarget } from './target.ts'
import { createTestModels, NoEngineError, removeTestModels } from './testModels.ts'

/** Answers whether all is well; not having found any is. */
export async function runRealOllama(root: string, say: (line: string) => void): Promise<boolean> {
  const found = await findOllama(process.env)
  if (found === null) {
    say('No Ollama found: not run')
    return true
  }
  const directory = await mkdtemp(join(tmpdir(), 'stoker-test-ollama-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  return runAgainst(found, root, directory, say)
}

async function runAgainst(
  found: FoundOllama,
  root: string,
  directory: string,
  say: (line: string) => void
): Promise<boolean> {
  const own = found.kind === 'executable' ? await startOwnServer(found.path, directory) : null
  const url = found.kind === 'running' ? found.url : (own?.url ?? '')
  try {
    const models = await createTestModels(url, directory)
    writeTarget({ url, models, logPath: own?.logPath ?? null })
    const { passed, failed } = await runSuite(root)
    const { version } = (await (await fetch(`${url}/api/version`)).json()) as { version: string }
    const where = found.kind === 'running' ? `already running at ${url}` : `${found.path}, started for this`
    say(`Real Ollama ${version} (${where}): ${passed} passed, ${failed} failed`)
    return failed === 0 && passed > 0
  } catch (error) {
    if (!(error instanceof NoEngineError)) throw error
    say(`Ollama at ${found.kind === 'running' ? url : found.path} has no engine to load models with: not run`)
    return true
  } finally {
    await removeTestModels(url).finally(() => own?.stop())
  }
}

async function runSuite(root: string): Promise<{ passed: number; failed: number }> {
  const vitest = await startVitest([], {
    config: false,
    root,
    include: ['src/main/providers/ollama/realOllama/*.suite.ts'],
    watch: false,
    run: true,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false
  })
  const modules = vitest.state.getTestModules()
  const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state))
  // A suite that does not even load has no tests to count, and an error outside of them belongs to none.
  const unloadable = modules.filter((module) => module.state() === 'failed' && module.children.size === 0).length
  const stray = vitest.state.getUnhandledErrors().length
  await vitest.close()
  const count = (wanted: string): number => states.filter((state) => state === wanted).length
  return { passed: count('passed'), failed: count('failed') + unloadable + stray }
}
