/** A core for a measurement: with its own data folder, the real engine and no Ollama. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCore } from '../src/main/core.ts'
import { silentLogger } from '../src/main/lib/logger.ts'
import type { LaunchEngine } from '../src/main/providers/llamacpp/engineProcess.ts'
import { requests, type Input, type Output, type Route } from '../src/shared/contract.ts'

export interface BenchCore {
  modelsDirectory: string
  /** Throws what the core refuses. */
  ask<R extends Route>(route: R, input: Input<R>): Promise<Output<R>>
  dispose(): Promise<void>
}

export async function startBenchCore(
  launchEngine: LaunchEngine,
  environment: Record<string, string> = {}
): Promise<BenchCore> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'stoker-bench-'))
  const modelsDirectory = join(dataDirectory, 'models')
  const core = await createCore({
    version: 'bench',
    dataDirectory,
    modelsDirectory,
    environment: { OLLAMA_HOST: 'http://127.0.0.1:9', STOKER_ENGINE_THREADS: '1', ...environment },
    launchEngine,
    logger: silentLogger
  })
  await core.start()
  return {
    modelsDirectory,
    async ask(route, input) {
      const answer = await core.dispatch(route, input, { client: 'script' })
      if (!answer.ok) throw new Error(`${route}: ${answer.error.message}`)
      return requests[route].output.parse(answer.data) as Output<typeof route>
    },
    async dispose() {
      await core.dispose()
      rmSync(dataDirectory, { recursive: true, force: true })
    }
  }
}
