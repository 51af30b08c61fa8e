// Would catch: a step that was told done and is lost with a kill, an item done twice, a run that cannot go on, a batch that a kill damaged.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startFakeOllama, type FakeAsk, type FakeOllama } from '../../e2e/fakeOllama.ts'
import type { Answer, Input, Output, Route } from '../shared/contract.ts'
import { testChain, testStep } from '../shared/chainRig.ts'

const kills = 20
const items = 60
const [big, small] = ['big:latest', 'small:latest']

let directory: string
let fake: FakeOllama
let child: ChildProcess | null = null
/** That the server has begun. */
let answers: number

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoker-kill-'))
  answers = 0
  const answer = ({ model, prompt }: FakeAsk): string => {
    answers += 1
    return `[${model}] ${prompt}`
  }
  const model = { answer, promptMs: 20, tokenMs: 1, loadMs: 20, parameterSize: '7B' } as const
  fake = await startFakeOllama({ maxLoadedModels: 1, models: { big: model, small: model } })
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await fake.close()
  await rm(directory, { recursive: true, force: true, maxRetries: 3 })
})

/** A Stoker on the same data folder each time. */
async function start() {
  const started = spawn(
    process.execPath,
    [join(import.meta.dirname, 'serve.ts'), '--serve', '--no-open', '--port', '0', '--data-dir', directory],
    {
      // What each of them would compile anew, which took most of the time.
      env: { ...process.env, OLLAMA_HOST: fake.url, DISPLAY: '', NODE_COMPILE_CACHE: join(directory, 'compiled') },
      stdio: ['ignore', 'pipe', 'inherit']
    }
  )
  child = started
  let said = ''
  for await (const part of started.stdout) {
    said += String(part)
    if (said.includes('\n')) break
  }
  const { origin, searchParams } = new URL(said.trim().split(' ').at(-1) ?? '')
  const headers = { authorization: `Bearer ${searchParams.get('token')}`, 'content-type': 'application/json' }
  return {
    async ask<R extends Route>(route: R, input: Input<R>): Promise<Output<R>> {
      const response = await fetch(`${origin}/rpc/${route}`, { method: 'POST', headers, body: JSON.stringify(input) })
      const answer = (await response.json()) as Answer<Output<R>>
      if (!answer.ok) throw new Error(`${route}: ${answer.error.message}`)
      return answer.data
    },
    async kill(signal: NodeJS.Signals = 'SIGKILL') {
      const gone = once(started, 'exit')
      started.kill(signal)
      await gone
    }
  }
}

it(
  `goes on after each of ${kills} kills at random moments, and ends with every item done once`,
  { timeout: 600_000 },
  async () => {
    const ask = (name: string) => ({ model: { hostId: 'ollama', name } })
    const chain = testChain([
      testStep('One', 'one {{input}}', ask(big)),
      testStep('Two', 'two {{steps.One}}', ask(small)),
      testStep('Three', 'three {{steps.Two}}', ask(big))
    ])
    const runId = 'run-of-kills'
    const text = Array.from({ length: items }, (_, index) => `item-${index};`).join('\n')
    // One that ends in order leaves what it compiled to the others.
    await (await start()).kill('SIGTERM')
    let stoker = await start()
    await stoker.ask('chains.run', { chain, input: { kind: 'lines', text }, operationId: runId, wait: false })
    let doneBefore = 0
    let inTheMiddle = 0
    for (let kill = 0; kill < kills; kill++) {
      // In the middle of the batch: some answers further than the last, and a random moment later.
      const further = answers + Math.ceil((Math.random() * 2 * 3 * items) / (kills + 2))
      while (answers < Math.min(further, 3 * items)) await new Promise((resolve) => setTimeout(resolve, 2))
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40))
      const seen = await stoker.ask('runs.get', { runId })
      await stoker.kill()
      stoker = await start()
      const { run } = await stoker.ask('runs.get', { runId })
      // What was told done is done, and more may have been since.
      expect(run.stepRunsDone).toBeGreaterThanOrEqual(Math.max(doneBefore, seen.run.stepRunsDone))
      if (run.stepRunsDone > doneBefore && run.status !== 'done') inTheMiddle += 1
      doneBefore = run.stepRunsDone
      if (run.status === 'done') continue
      expect(run.status).toBe('interrupted')
      await stoker.ask('runs.resume', { runId, wait: false })
    }
    const { run: end } = await stoker.ask('runs.get', { runId })
    const { run } = end.status === 'done' ? { run: end } : await ended(stoker, runId)
    expect([run.status, run.items.done, run.stepRunsDone]).toEqual(['done', items, 3 * items])
    const { items: all } = await stoker.ask('runs.items', { runId, limit: 500 })
    expect(all.map(({ finalOutput }) => finalOutput)).toEqual(
      Array.from({ length: items }, (_, index) => `[${big}] three [${small}] two [${big}] one item-${index};`)
    )
    expect(inTheMiddle).toBeGreaterThan(kills / 4)
    // An answer under way when it was killed is asked for again, and nothing else is.
    const asked = questions()
    expect(asked).toBeGreaterThanOrEqual(3 * items)
    expect(asked).toBeLessThanOrEqual(3 * items + kills)
  }
)

async function ended(stoker: Awaited<ReturnType<typeof start>>, runId: string): Promise<Output<'runs.get'>> {
  const isOver = (status: string): boolean => status === 'done' || status === 'failed' || status === 'cancelled'
  await expect
    .poll(async () => isOver((await stoker.ask('runs.get', { runId })).run.status), { timeout: 300_000, interval: 100 })
    .toBe(true)
  return stoker.ask('runs.get', { runId })
}

function questions(): number {
  return fake.requests.filter(({ path, body }) => path.startsWith('/api/') && hasPrompt(body)).length
}

function hasPrompt(body: unknown): boolean {
  return JSON.stringify(body ?? null).includes('item-')
}
