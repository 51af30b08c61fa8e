/** A chain of two models over the whole core on a real Ollama, with room for one of them: the fewest loads, nothing left, times as they were. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { Answer, Input, Output, Route } from '../../../../shared/contract.ts'
import { testChain, testStep } from '../../../../shared/chainRig.ts'
import type { Core } from '../../../../shared/core.ts'
import { createCore } from '../../../core.ts'
import { silentLogger } from '../../../lib/logger.ts'
import { createProvider, engines, findLoaded, models, putAway, url } from './suiteRig.ts'

const provider = createProvider()
const directory = mkdtempSync(join(tmpdir(), 'stoker-whole-run-'))
let core: Core | null = null
afterEach(async () => {
  await core?.dispose()
  await putAway(provider)
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
})

const noEngine = {
  pid: undefined,
  send: () => {},
  onMessage: () => {},
  onStderr: () => {},
  onExit: () => {},
  kill: () => {}
}

async function ask<R extends Route>(route: R, input: Input<R>): Promise<Output<R>> {
  const answer = (await core?.dispatch(route, input, { client: 'script' })) as Answer<Output<R>>
  if (!answer.ok) throw new Error(`${route}: ${answer.error.message}`)
  return answer.data
}

it('runs one after the other, each loaded as seldom as can be', async () => {
  core = await createCore({
    version: '0.0.0',
    dataDirectory: directory,
    modelsDirectory: join(directory, 'models'),
    environment: { OLLAMA_HOST: url },
    launchEngine: () => noEngine,
    logger: silentLogger
  })
  await core.start()
  await ask('settings.update', { name: 'maxLoadedModels', value: 1 })
  await ask('models.list', { refresh: true })
  const options = { maxTokens: 8, temperature: 1, seed: 1 }
  const on = (name: string) => ({ model: { hostId: 'ollama', name: `${name}:latest` }, options, contextLength: 512 })
  const chain = testChain([
    testStep('One', 'one {{input}}', on(models.tiny)),
    testStep('Two', 'two {{input}}', on(models.small)),
    testStep('Three', 'three {{input}} {{steps.Two}}', on(models.tiny))
  ])
  const before = engines()
  const { run } = await ask('chains.run', { chain, input: { kind: 'lines', text: 'a\nb\nc\nd' } })
  expect(run).toMatchObject({ status: 'done', items: { done: 4 }, stepRunsDone: 12 })
  expect(run.loads).toBe(run.plannedLoads)
  expect(run.loads).toBeLessThanOrEqual(3)
  if (before !== null) expect((engines() ?? 0) - before).toBe(run.loads)
  for (const name of [models.tiny, models.small]) expect(await findLoaded(provider, name)).toBeUndefined()
  // A model that stays has its own time again.
  const kept = { ...chain, steps: chain.steps.slice(0, 1) }
  await ask('models.setKeepAlive', { id: on(models.tiny).model, keepAliveSeconds: 200 })
  await ask('chains.run', { chain: kept, input: { kind: 'text', text: 'a' }, autoUnload: false })
  await expect
    .poll(async () => Math.abs(((await findLoaded(provider, models.tiny))?.unloadsAt ?? 0) - Date.now() - 200_000))
    .toBeLessThan(60_000)
})
