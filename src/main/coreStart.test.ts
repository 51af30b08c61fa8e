/** The core must start whatever lies in its folder: every broken file is something to be read, never the end of the start. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Output } from '../shared/contract.ts'
import type { Core } from '../shared/core.ts'
import { createCore } from './core.ts'
import { silentLogger } from './lib/logger.ts'

let directory: string
let cores: Core[]

async function start(environment: Record<string, string> = {}): Promise<Core> {
  const core = await createCore({
    version: '1.2.3',
    dataDirectory: directory,
    modelsDirectory: join(directory, 'models'),
    environment: { OLLAMA_HOST: 'http://127.0.0.1:9', ...environment },
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
  await core.start()
  return core
}
async function problems(core: Core): Promise<string> {
  const answer = await core.dispatch('app.info', {}, { client: 'script' })
  if (!answer.ok) throw new Error(answer.error.message)
  return (answer.data as Output<'app.info'>).problems.join('\n')
}
async function logged(core: Core): Promise<string> {
  const answer = await core.dispatch('events.list', {}, { client: 'script' })
  if (!answer.ok) throw new Error(answer.error.message)
  return (answer.data as Output<'events.list'>).events.map(({ reason }) => reason).join('\n')
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-start-'))
  cores = []
})
afterEach(async () => {
  for (const core of cores) await core.dispose()
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
})

describe('the core starts', () => {
  it('with settings and a models file that are nonsense', async () => {
    writeFileSync(join(directory, 'settings.json'), '{"settings": [')
    writeFileSync(join(directory, 'models.yaml'), 'models:\n  - name: [\n')
    const core = await start()
    expect(await problems(core)).toContain('settings')
    expect(await logged(core)).toContain('settings')
  })

  it('with settings of a newer version, and with ones that contradict each other', async () => {
    writeFileSync(join(directory, 'settings.json'), '{"version": 99, "settings": {}}')
    expect(await problems(await start())).toContain('newer')
    const core = await start({ STOKER_MIN_CONCURRENCY: '9', STOKER_MAX_CONCURRENCY: 'many' })
    expect((await core.dispatch('hosts.requests', {}, { client: 'script' })).ok).toBe(true)
  })

  it('with a database that is no database', async () => {
    writeFileSync(join(directory, 'stoker.db'), 'This is no database, though it is as long as one might be.'.repeat(99))
    const core = await start()
    expect(await problems(core)).toMatch(/stoker\.db|database|event log/i)
  })

  it('with a database that cannot be opened at all', async () => {
    mkdirSync(join(directory, 'stoker.db'))
    const core = await start()
    expect(await problems(core)).not.toBe('')
    expect((await core.dispatch('warmup.list', {}, { client: 'script' })).ok).toBe(true)
  })

  it('with a rule and facts in the database that make no sense', async () => {
    await start().then((core) => core.dispose())
    const database = new DatabaseSync(join(directory, 'stoker.db'))
    const [columns] = [database.prepare('SELECT name, type FROM pragma_table_info(?)').all('warmup_rules')]
    const names = columns.map(({ name }) => String(name))
    const values = columns.map(({ type }) => (type === 'TEXT' ? 'nonsense' : 1))
    database
      .prepare(`INSERT INTO warmup_rules (${names.join()}) VALUES (${names.map(() => '?').join()})`)
      .run(...values)
    database.close()
    const core = await start()
    expect(await problems(core)).toMatch(/rule/i)
    expect(await logged(core)).toMatch(/rule/i)
  })

  it('with a host that makes no sense, from the file and from the environment', async () => {
    const hosts = [{ id: 'bad', kind: 'ollama', name: 'Bad', url: 'http://a b:99999' }]
    writeFileSync(join(directory, 'settings.json'), JSON.stringify({ version: 1, settings: {}, hosts }))
    const core = await start({ OLLAMA_HOST: 'http://:::' })
    expect(await problems(core)).toMatch(/OLLAMA_HOST/)
    expect(await problems(core)).toMatch(/Bad/)
  })
})
