/** What the runner itself costs: beside the bare engine, and over a big batch on a server that answers at once. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { systemClock } from '../src/main/lib/clock.ts'
import { createEngineSession } from '../src/main/providers/llamacpp/engineSession.ts'
import { createForkLauncher } from '../src/main/providers/llamacpp/forkEngine.ts'
import { benchChain, lines } from './benchChain.ts'
import { startBenchCore } from './benchCore.ts'
import type { Row } from './row.ts'

const overheadItems = 200
const batchItems = 1_000
const contextLength = 2_048

export interface RunnerBench {
  overheadMsPerStep: number
  batchSeconds: number
  heapGrowthBytes: number
  rows: Row[]
}

export async function runRunnerBench(engineChild: string): Promise<RunnerBench> {
  const { runMs, bareMs } = await overhead(engineChild)
  const batch = await bigBatch(engineChild)
  const overheadMsPerStep = runMs - bareMs
  const rows: Row[] = [
    {
      what: 'Runner around one step, over the bare engine call',
      figure: `${overheadMsPerStep.toFixed(2)} ms (${runMs.toFixed(2)} against ${bareMs.toFixed(2)} ms)`,
      target: 'under 10 ms',
      isMet: overheadMsPerStep < 10
    },
    {
      what: `${batchItems} items through 3 steps on a server that answers in 1 ms`,
      figure: `${batch.seconds.toFixed(1)} s`,
      target: 'under 30 s',
      isMet: batch.seconds < 30
    },
    {
      what: 'Heap of the core after them, collected, over a tenth of them',
      figure: `${(batch.heapGrowthBytes / 1e6).toFixed(1)} MB`,
      target: 'under 3 MB',
      isMet: batch.heapGrowthBytes < 3e6
    }
  ]
  return { overheadMsPerStep, batchSeconds: batch.seconds, heapGrowthBytes: batch.heapGrowthBytes, rows }
}

/** Milliseconds per answer of one token, from the small sample, loaded before. */
async function overhead(engineChild: string): Promise<{ runMs: number; bareMs: number }> {
  const launchEngine = createForkLauncher(engineChild)
  const core = await startBenchCore(launchEngine)
  try {
    const { id } = (await core.ask('models.createSample', { size: 'small' })).model
    await core.ask('models.load', { id, contextLength: 4_096 })
    const chain = benchChain('One step', 1, [{ name: 'Only', model: id, prompt: 'Go on: {{input}}' }])
    const startedAt = performance.now()
    const { run } = await core.ask('chains.run', { chain, input: lines(overheadItems) })
    const runMs = (performance.now() - startedAt) / overheadItems
    if (run.items.done !== overheadItems) throw new Error(`the run ended as ${JSON.stringify(run)}`)
    await core.ask('models.unload', { id })
    return { runMs, bareMs: await bareAnswers(join(core.modelsDirectory, `${id.name}.gguf`), launchEngine) }
  } finally {
    await core.dispose()
  }
}

async function bareAnswers(path: string, launchEngine: ReturnType<typeof createForkLauncher>): Promise<number> {
  const session = createEngineSession({
    name: 'bare',
    launchEngine,
    timeouts: () => ({ connectTimeoutMs: 10_000, apiTimeoutMs: 30_000 }),
    processMemory: async () => null,
    clock: systemClock
  })
  const { signal } = new AbortController()
  const load = { path, contextLength, threads: 1, cacheType: 'f16', hasRepackedWeights: false } as const
  await session.load({ ...load, onProgress() {} }, signal)
  const startedAt = performance.now()
  for (let item = 0; item < overheadItems; item++)
    await session.generate(
      {
        prompt: `Go on: Item ${item}`,
        options: { maxTokens: 1, temperature: 0, seed: 1 },
        contextLength,
        keepAliveSeconds: -1,
        onText() {}
      },
      signal
    )
  const ms = (performance.now() - startedAt) / overheadItems
  await session.quit()
  return ms
}

async function bigBatch(engineChild: string): Promise<{ seconds: number; heapGrowthBytes: number }> {
  const server = spawn(process.execPath, [join(import.meta.dirname, 'fakeOllamaProcess.ts')], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const [line] = (await once(server.stdout, 'data')) as [Buffer]
  const core = await startBenchCore(createForkLauncher(engineChild), { OLLAMA_HOST: String(line).trim() })
  try {
    const id = { hostId: 'ollama', name: 'quick:latest' }
    const chain = benchChain('Three steps', 8, [
      { name: 'One', model: id, prompt: '{{input}}' },
      { name: 'Two', model: id, prompt: '{{steps.One}}' },
      { name: 'Three', model: id, prompt: '{{steps.Two}} {{steps.One}}' }
    ])
    const run = async (count: number): Promise<void> => {
      const { run } = await core.ask('chains.run', { chain, input: lines(count) })
      if (run.items.done !== count) throw new Error(`the run ended as ${JSON.stringify(run)}`)
    }
    await run(batchItems / 10)
    const before = heapBytes()
    const startedAt = performance.now()
    await run(batchItems)
    return { seconds: (performance.now() - startedAt) / 1_000, heapGrowthBytes: heapBytes() - before }
  } finally {
    await core.dispose()
    server.stdin.end()
    await once(server, 'exit')
  }
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}
