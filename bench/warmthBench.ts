/** What a warm-up is worth: the first token of the large sample when it has to be loaded first, and when it was warmed up. */
import { createForkLauncher } from '../src/main/providers/llamacpp/forkEngine.ts'
import type { ModelId } from '../src/shared/model.ts'
import { startBenchCore, type BenchCore } from './benchCore.ts'
import type { Row } from './row.ts'
import { spread, type Spread } from './statistics.ts'

export interface WarmthBench {
  coldMs: Spread
  warmMs: Spread
  timesSooner: number
  rows: Row[]
}

const rounds = 5

/** From the question to its only token. */
async function firstToken(core: BenchCore, id: ModelId): Promise<number> {
  const startedAt = performance.now()
  await core.ask('models.generate', { id, prompt: 'Name three colours.', options: { maxTokens: 1, temperature: 0 } })
  return performance.now() - startedAt
}

export async function runWarmthBench(engineChild: string): Promise<WarmthBench> {
  const core = await startBenchCore(createForkLauncher(engineChild))
  try {
    const { id } = (await core.ask('models.createSample', { size: 'large' })).model
    const [cold, warm]: [number[], number[]] = [[], []]
    // One round more than is counted: the first reads the file from disk.
    for (let round = 0; round <= rounds; round++) {
      const coldMs = await firstToken(core, id)
      await core.ask('models.unload', { id })
      const { results } = await core.ask('warmup.runNow', { ids: [id] })
      if (results[0]?.outcome !== 'ready') throw new Error(`not warmed up: ${JSON.stringify(results)}`)
      const warmMs = await firstToken(core, id)
      await core.ask('models.unload', { id })
      if (round === 0) continue
      cold.push(coldMs)
      warm.push(warmMs)
    }
    const [coldMs, warmMs] = [spread(cold), spread(warm)]
    const timesSooner = coldMs.median / warmMs.median
    const figure = `${timesSooner.toFixed(0)} times sooner: ${warmMs.median.toFixed(0)} ms against ${coldMs.median.toFixed(0)} ms`
    const row = { what: 'First token of the large sample, warmed up against cold', figure, target: 'reported' }
    return { coldMs, warmMs, timesSooner, rows: [{ ...row, isMet: timesSooner > 1 }] }
  } finally {
    await core.dispose()
  }
}
