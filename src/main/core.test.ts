// The services put together: what only shows when they meet. The engine is a process that never answers.
import { createServer, type Server } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Answer, Input, Output, Route } from '../shared/contract.ts'
import type { Core } from '../shared/core.ts'
import { createCore } from './core.ts'
import { silentLogger } from './lib/logger.ts'

let directory: string
let cores: Core[]
let ollama: Server
let address: string
/** What the server lists as installed. */
let installed: string[]

const open = async (environment: Record<string, string> = { OLLAMA_HOST: address }): Promise<Core> => {
  const core = await createCore({
    version: '1.2.3',
    dataDirectory: directory,
    modelsDirectory: join(directory, 'models'),
    environment,
    launchEngine: () => ({
      pid: undefined,
      send: () => {},
      onMessage: () => {},
      onStderr: () => {},
      onExit: () => {},
      kill: () => {}
    }),
    logger: silentLogger
  })
  cores.push(core)
  return core
}
async function ask<R extends Route>(core: Core, route: R, input: Input<R>): Promise<Answer<Output<R>>> {
  return (await core.dispatch(route, input, { client: 'script' })) as Answer<Output<R>>
}
const data = async <R extends Route>(core: Core, route: R, input: Input<R>): Promise<Output<R>> => {
  const answer = await ask(core, route, input)
  if (!answer.ok) throw new Error(answer.error.message)
  return answer.data
}
const names = async (core: Core, refresh: boolean): Promise<string[]> =>
  (await data(core, 'models.list', { refresh })).models.map(({ id }) => id.name)

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-core-'))
  cores = []
  installed = ['first:latest']
  ollama = createServer(({ url }, response) => {
    response.setHeader('content-type', 'application/json')
    const models = installed.map((name) => ({ name, model: name, size: 5, digest: name, modified_at: '', details: {} }))
    if (url === '/api/version') response.end('{"version":"0.30.0"}')
    else response.end(JSON.stringify({ models: url === '/api/tags' ? models : [] }))
  })
  await new Promise<void>((resolve) => ollama.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(ollama.address() as AddressInfo).port}`
})
afterEach(async () => {
  for (const core of cores) await core.dispose()
  ollama.closeAllConnections()
  ollama.close()
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
})

describe('hosts', () => {
  it('are asked for what is on their disks by every refresh, and as soon as they are saved', async () => {
    const core = await open()
    await core.start()
    for (const added of ['a', 'b', 'c']) {
      installed.push(added)
      expect(await names(core, true)).toEqual(installed)
    }
    await data(core, 'hosts.save', { host: { id: 'again', kind: 'ollama', name: 'Again', url: address } })
    expect(await names(core, false)).toHaveLength(2 * installed.length)
  })

  it('with an address that makes no sense are a problem to be read, not the end of the start', async () => {
    const host = { id: 'ollama', kind: 'ollama', name: 'Mine', url: 'ftp://nonsense' }
    writeFileSync(join(directory, 'settings.json'), JSON.stringify({ hosts: [host] }))
    const core = await open({})
    await core.start()
    expect((await data(core, 'app.info', {})).problems).toEqual([expect.stringContaining('Mine')])
  })

  it('that OLLAMA_HOST holds are not changed, unless it is nonsense and ignored', async () => {
    const host = { id: 'ollama', kind: 'ollama' as const, name: 'Ollama', url: `${address}/elsewhere` }
    const held = await open()
    expect(await ask(held, 'hosts.save', { host })).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    await held.dispose()
    const free = await open({ OLLAMA_HOST: 'ftp://nonsense' })
    expect(await ask(free, 'hosts.save', { host })).toMatchObject({ ok: true })
    await free.dispose()
    const again = await open({ OLLAMA_HOST: 'ftp://nonsense' })
    expect((await data(again, 'hosts.list', {})).hosts).toContainEqual(expect.objectContaining({ url: host.url }))
  })
})

describe('at the end', () => {
  it('whoever still asks is told so', async () => {
    const core = await open()
    const disposed = core.dispose()
    expect(await ask(core, 'events.list', {})).toMatchObject({ ok: false, error: { code: 'server_down' } })
    await disposed
    expect(await ask(core, 'events.list', {})).toMatchObject({ ok: false, error: { code: 'server_down' } })
  })

  it('work that is cancelled still writes how it ended', async () => {
    const core = await open()
    await core.start()
    const sample = ask(core, 'models.createSample', { size: 'large', operationId: 'sample-12345678' })
    await expect.poll(async () => (await data(core, 'operations.list', {})).operations[0]?.progress).toBeTruthy()
    await core.dispose()
    expect(await sample).toMatchObject({ ok: false, error: { code: 'aborted' } })
    const { events } = await data(await open(), 'events.list', {})
    expect(events.map(({ kind }) => kind)).toContain('sample_cancelled')
  })
})

describe('at the start', () => {
  it('starts with a broken settings file, keeps it aside, and says so where a person looks', async () => {
    writeFileSync(join(directory, 'settings.json'), '{"settings": {"maxLo')
    const core = await open()
    await core.start()
    const { problems } = await data(core, 'app.info', {})
    expect(problems).toEqual([expect.stringContaining('settings.json.broken-')])
    const { events } = await data(core, 'events.list', {})
    expect(events).toContainEqual(expect.objectContaining({ kind: 'problem', reason: problems[0] }))
  })
})
