/** For tests: the whole core over the fake Ollama, with models of two sizes on a machine that holds one of them, and chains to run on it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  startFakeOllama,
  type FakeModelSpec,
  type FakeOllama,
  type FakeOllamaOptions
} from '../../../e2e/fakeOllama.ts'
import type { Chain, Step } from '../../shared/chain.ts'
import { testChain, testStep } from '../../shared/chainRig.ts'
import type { Answer, CoreEvent, Input, Output, Route } from '../../shared/contract.ts'
import type { Core } from '../../shared/core.ts'
import type { ModelId } from '../../shared/model.ts'
import type { RunDetail, RunItem, RunSummary } from '../../shared/run.ts'
import { createCore } from '../core.ts'
import { silentLogger } from '../lib/logger.ts'
import type { LaunchEngine } from '../providers/llamacpp/engineProcess.ts'

/** mistral-small:22b and deepseek-r1:70b, a thousand times smaller. */
export const big = 'deepseek-r1:70b'
export const middle = 'mistral-small:22b'
export const tiny = 'tiny:latest'
const scaled: Record<string, FakeModelSpec> = {
  [middle]: { sizeBytes: 13_000_000, heldBytes: 15_000_000, parameterSize: '22B', answer: 'echo' },
  [big]: { sizeBytes: 42_000_000, heldBytes: 46_000_000, parameterSize: '70B', answer: 'echo' },
  [tiny]: { sizeBytes: 1_000_000, heldBytes: 1_200_000, parameterSize: '1B', answer: 'echo' }
}

export const idOf = (name: string): ModelId => ({ hostId: 'ollama', name })

export function stepOn(model: string, name: string, prompt: string, more: Partial<Step> = {}): Step {
  return testStep(name, prompt, { model: idOf(model), ...more })
}

/** A question to each of the models in turn. */
export function bigAndMiddle(more: Partial<Chain> = {}): Chain {
  return testChain(
    [
      stepOn(middle, 'One', 'one {{input}}'),
      stepOn(big, 'Two', 'two {{steps.One}}'),
      stepOn(middle, 'Three', 'three {{steps.Two}}')
    ],
    more
  )
}

export const linesOf = (count: number, prefix = 'item'): { kind: 'lines'; text: string } => ({
  kind: 'lines',
  text: Array.from({ length: count }, (_, index) => `${prefix}-${index}`).join('\n')
})

export interface ChainsRig {
  fake: FakeOllama
  core: Core
  directory: string
  events: CoreEvent[]
  ask<R extends Route>(route: R, input: Input<R>): Promise<Answer<Output<R>>>
  /** Throws what the core answers instead. */
  data<R extends Route>(route: R, input: Input<R>): Promise<Output<R>>
  set(settings: Record<string, unknown>): Promise<void>
  run(chain: Chain, count: number, more?: Partial<Input<'chains.run'>>): Promise<RunSummary>
  /** Begun, and not waited for. */
  begin(chain: Chain, count: number, more?: Partial<Input<'chains.run'>>): Promise<RunSummary>
  detail(runId: string): Promise<RunDetail>
  items(runId: string): Promise<RunItem[]>
  until(runId: string, isSo: (run: RunSummary) => boolean): Promise<RunSummary>
  ended(runId: string): Promise<RunSummary>
  /** What the server holds, as it says itself. */
  held(): Promise<{ name: string; leavesInMs: number }[]>
  /** Questions that reached the server, with their bodies. */
  questions(): Record<string, unknown>[]
  /** A Stoker that starts on what the last one left. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface ChainsRigOptions extends FakeOllamaOptions {
  environment?: Record<string, string>
  settings?: Record<string, unknown>
  launchEngine?: LaunchEngine
}

const noEngine: LaunchEngine = () => ({
  pid: undefined,
  send: () => {},
  onMessage: () => {},
  onStderr: () => {},
  onExit: () => {},
  kill: () => {}
})

export async function createChainsRig({
  environment = {},
  settings = { maxLoadedModels: 1 },
  launchEngine = noEngine,
  ...options
}: ChainsRigOptions = {}): Promise<ChainsRig> {
  const directory = mkdtempSync(join(tmpdir(), 'stoker-chains-'))
  const fake = await startFakeOllama({
    generation: '0.30',
    memoryBytes: 60_000_000,
    maxLoadedModels: 1,
    ...options,
    models: { ...scaled, ...options.models }
  })
  const open = async (): Promise<Core> => {
    const core = await createCore({
      version: '1.2.3',
      dataDirectory: directory,
      modelsDirectory: join(directory, 'models'),
      environment: { OLLAMA_HOST: fake.url, ...environment },
      launchEngine,
      logger: silentLogger
    })
    core.subscribe((event) => rig.events.push(event))
    await core.start()
    return core
  }
  const rig: ChainsRig = {
    fake,
    core: null as unknown as Core,
    directory,
    events: [],
    ask: async <R extends Route>(route: R, input: Input<R>) =>
      (await rig.core.dispatch(route, input, { client: 'script' })) as Answer<Output<R>>,
    async data(route, input) {
      const answer = await rig.ask(route, input)
      if (!answer.ok) throw Object.assign(new Error(`${route}: ${answer.error.message}`), answer.error)
      return answer.data
    },
    async set(given) {
      for (const [name, value] of Object.entries(given)) {
        await rig.data('settings.update', { name, value } as Input<'settings.update'>)
      }
    },
    async run(chain, count, more = {}) {
      return (await rig.data('chains.run', { chain, ...(more.inputId ? {} : { input: linesOf(count) }), ...more })).run
    },
    begin: (chain, count, more = {}) => rig.run(chain, count, { wait: false, ...more }),
    detail: (runId) => rig.data('runs.get', { runId }),
    items: async (runId) => (await rig.data('runs.items', { runId, limit: 500 })).items,
    async until(runId, isSo) {
      for (const limitAt = Date.now() + 40_000; ;) {
        const { run } = await rig.detail(runId)
        if (isSo(run)) return run
        if (Date.now() > limitAt) throw new Error(`still ${run.status}: ${run.doing ?? ''} ${JSON.stringify(run)}`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    ended: (runId) => rig.until(runId, ({ status }) => !['queued', 'running'].includes(status)),
    async held() {
      const { models } = (await (await fetch(`${fake.url}/api/ps`)).json()) as {
        models: { name: string; expires_at: string }[]
      }
      return models.map(({ name, expires_at }) => ({ name, leavesInMs: Date.parse(expires_at) - Date.now() }))
    },
    questions: () =>
      fake.requests.flatMap(({ path, body }) => {
        const asked = body as Record<string, unknown> | null
        const isQuestion = asked !== null && (path === '/api/chat' || Boolean(asked['prompt']))
        return isQuestion && /^\/api\/(chat|generate)$/.test(path) ? [asked] : []
      }),
    async restart() {
      await rig.core.dispose()
      rig.core = await open()
    },
    async close() {
      await rig.core.dispose()
      await fake.close()
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
    }
  }
  rig.core = await open()
  await rig.set(settings)
  return rig
}
