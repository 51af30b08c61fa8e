// A settings file is edited by people, by other versions of Stoker, and by crashes: none of them may cost a person what they had set.
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settingDefinitions, settingNames, type SettingName, type SettingState } from '../../shared/settings.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { createFileWatch } from '../lib/fileWatch.ts'
import { parseSettingsFile, writeSettingsFile } from './parseSettingsFile.ts'
import { createSettingsFileStore } from './settingsFileStore.ts'
import { createSettingsStore, type SettingsStore } from './settingsStore.ts'
import { describeSettings, orderedPairs } from './settingValues.ts'

let directory: string
let path: string
let clock: FakeClock
let changed: SettingName[]
let said: string[]
const opened: SettingsStore[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-settings-'))
  path = join(directory, 'settings.json')
  clock = createFakeClock(7)
  changed = []
  said = []
})
afterEach(() => {
  for (const store of opened.splice(0)) store.dispose()
  rmSync(directory, { recursive: true, force: true })
})

function open(environment: Record<string, string> = {}): SettingsStore {
  const store = createSettingsStore({
    path,
    environment,
    now: clock.now,
    watchFile: createFileWatch(clock),
    onChange: (_, name) => changed.push(name),
    onProblem: (problem) => said.push(problem)
  })
  opened.push(store)
  return store
}
const write = (content: unknown): void =>
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
const written = (): unknown => JSON.parse(readFileSync(path, 'utf8'))
const stateOf = (store: SettingsStore, name: SettingName): SettingState =>
  store.all().find((state) => state.name === name) as SettingState
const mine = { id: 'mine', kind: 'ollama', name: 'Mine', url: 'http://127.0.0.1:9' }
const bad = { id: 'Bad id', kind: 'ollama', name: 'Typo', url: 5 }

describe('a file that Stoker cannot use', () => {
  it('of a newer version is kept aside whole, and named', async () => {
    const text = JSON.stringify({ version: 2, settings: { maxLoadedModels: 9 } })
    write(text)
    const store = open()
    expect(store.get('maxLoadedModels')).toBe(2)
    expect(store.problems).toEqual([expect.stringMatching(/newer Stoker \(version 2\).*settings\.json\.newer-7/)])
    await store.update('maxLoadedModels', 3)
    expect(readFileSync(`${path}.newer-7`, 'utf8')).toBe(text)
  })

  it('is never kept over another one that was kept', () => {
    for (const text of ['first', 'second']) {
      write(text)
      open()
    }
    expect(readFileSync(`${path}.broken-7`, 'utf8')).toBe('first')
    expect(readFileSync(`${path}.broken-7-2`, 'utf8')).toBe('second')
  })

  it.each(['[]', 'null', '3', '{"settings": []}', '{"hosts": {}}', ''])('is %s, and is kept aside', (text) => {
    write(text)
    open()
    expect(existsSync(path)).toBe(false)
    expect(readFileSync(`${path}.broken-7`, 'utf8')).toBe(text)
  })

  it('and cannot move either is not written over', async () => {
    write('{"half')
    const file = createSettingsFileStore({
      path,
      now: clock.now,
      watchFile: () => () => {},
      onTakenUp: () => {},
      onProblem: () => {},
      rename: () => {
        throw new Error('no')
      }
    })
    expect(file.problems()).toEqual([expect.stringContaining('could not be set aside')])
    await expect(file.change((content) => content)).rejects.toMatchObject({ code: 'storage_failed' })
    expect(readFileSync(path, 'utf8')).toBe('{"half')
  })
})

describe('hosts in the file', () => {
  it('count one by one: a malformed one is said and stays as it is', async () => {
    write({ settings: { maxLoadedModels: 5 }, hosts: [bad, mine, 7] })
    const store = open()
    expect(store.get('maxLoadedModels')).toBe(5)
    expect(store.hosts()).toEqual([mine])
    expect(store.problems).toEqual([expect.stringContaining('"Typo"'), expect.stringContaining('Host 3')])
    await store.saveHosts([{ ...mine, kind: 'ollama', name: 'Renamed' }])
    expect(written()).toMatchObject({ hosts: [{ ...mine, name: 'Renamed' }, bad, 7] })
    await clock.advance(2_000)
    expect(store.problems).toHaveLength(2)
  })

  it('with the same id count once', () => {
    write({ hosts: [mine, { ...mine, name: 'Twin' }] })
    const store = open()
    expect(store.hosts()).toEqual([mine])
    expect(store.problems[0]).toContain('same id')
  })

  it('that were typed in while Stoker runs are not lost when it saves its own', async () => {
    write({ hosts: [mine] })
    const store = open()
    const typed = { ...mine, id: 'typed' }
    write({ hosts: [mine, typed] })
    await clock.advance(1_000)
    expect(said).toEqual([expect.stringContaining('when Stoker starts again')])
    const own = { ...mine, id: 'own', kind: 'ollama' as const }
    await store.saveHosts([{ ...mine, kind: 'ollama' }, own])
    expect(written()).toMatchObject({ hosts: [mine, typed, own] })
    await store.saveHosts([own])
    expect(written()).toMatchObject({ hosts: [typed, own] })
  })
})

describe('a file that is changed by hand while Stoker runs', () => {
  it('is taken up within a second, and each change is told once', async () => {
    const store = open()
    await store.update('theme', 'dark')
    changed = []
    write({ settings: { theme: 'dark', maxLoadedModels: 4 } })
    await clock.advance(1_000)
    expect(store.get('maxLoadedModels')).toBe(4)
    expect(changed).toEqual(['maxLoadedModels'])
    await clock.advance(5_000)
    expect(changed).toEqual(['maxLoadedModels'])
  })

  it('is not mistaken for one of Stoker’s own writing', async () => {
    const store = open()
    for (const value of [3, 4, 5]) {
      await store.update('maxLoadedModels', value)
      await clock.advance(700)
    }
    await clock.advance(5_000)
    expect(changed).toHaveLength(3)
    expect(said).toEqual([])
  })

  it.each(['', '{"settings": {"maxLoadedM', '{"version": 99}', '[]'])(
    'to %j resets nothing, is said, and counts once it is right',
    async (text) => {
      write({ settings: { maxLoadedModels: 4 } })
      const store = open()
      write(text)
      await clock.advance(3_000)
      expect(store.get('maxLoadedModels')).toBe(4)
      expect(said).toHaveLength(1)
      expect(store.problems).toEqual(said)
      expect(readFileSync(path, 'utf8')).toBe(text)
      write({ settings: { maxLoadedModels: 6 } })
      await clock.advance(1_000)
      expect(store.get('maxLoadedModels')).toBe(6)
      expect(store.problems).toEqual([])
    }
  )

  it('is kept aside, not written over, when a setting is saved while it is broken', async () => {
    write({ settings: { maxLoadedModels: 4 } })
    const store = open()
    write('{"settings": {"maxLoadedM')
    await store.update('theme', 'dark')
    expect(readFileSync(`${path}.broken-7`, 'utf8')).toContain('maxLoadedM')
    expect(written()).toMatchObject({ settings: { maxLoadedModels: 4, theme: 'dark' } })
    expect(said).toEqual([expect.stringContaining('broken-7')])
  })

  it('of a file that is a link leaves the link, and changes what it points at', async () => {
    const real = join(directory, 'dotfiles.json')
    writeFileSync(real, '{"settings": {"maxLoadedModels": 4}}')
    symlinkSync(real, path)
    await open().update('defaultKeepAliveSeconds', 60)
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(JSON.parse(readFileSync(real, 'utf8'))).toMatchObject({
      settings: { maxLoadedModels: 4, defaultKeepAliveSeconds: 60 }
    })
  })

  it('just before Stoker saves is not lost', async () => {
    write({ settings: { maxLoadedModels: 4 } })
    const store = open()
    write({ settings: { maxLoadedModels: 6 } })
    await store.update('theme', 'dark')
    expect(written()).toMatchObject({ settings: { maxLoadedModels: 6, theme: 'dark' } })
    expect(store.get('maxLoadedModels')).toBe(6)
  })

  it('and goes away resets nothing; the next change writes all of it again', async () => {
    write({ settings: { maxLoadedModels: 4 } })
    const store = open()
    rmSync(path)
    await clock.advance(1_000)
    expect(store.get('maxLoadedModels')).toBe(4)
    expect(said).toEqual([expect.stringContaining('gone')])
    await store.update('theme', 'dark')
    expect(written()).toMatchObject({ settings: { maxLoadedModels: 4, theme: 'dark' } })
    expect(store.problems).toEqual([])
  })

  it('to a value out of range keeps the rest and says which', async () => {
    const store = open()
    write({ settings: { maxLoadedModels: 0, theme: 'dark' } })
    await clock.advance(1_000)
    expect(store.get('theme')).toBe('dark')
    expect(stateOf(store, 'maxLoadedModels')).toMatchObject({ value: 2, problem: expect.any(String) })
  })
})

describe('two settings that contradict each other', () => {
  it('are refused, with both named, and nothing is written', async () => {
    const store = open()
    await expect(store.update('minConcurrency', 6)).rejects.toMatchObject({
      code: 'invalid_input',
      message: '“Answers at once, at least” (6 answers) cannot be above “Answers at once, at most” (4 answers).'
    })
    await expect(store.update('localRetryMaxDelayMs', 500)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(readdirSync(directory)).toEqual([])
  })

  it('are refused also where each alone would do and both come at once', async () => {
    const store = open()
    const results = await Promise.allSettled([store.update('minConcurrency', 4), store.update('maxConcurrency', 2)])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  it('are not made by a reset, and can be mended by one', async () => {
    const store = open()
    await store.update('maxConcurrency', 10)
    await store.update('minConcurrency', 8)
    await expect(store.reset('maxConcurrency')).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(store.reset('minConcurrency')).resolves.toMatchObject({ value: 1 })
    write({ settings: { minConcurrency: 6, maxConcurrency: 3 } })
    await expect(store.reset('maxConcurrency')).resolves.toMatchObject({ source: 'default' })
  })

  it('by hand or by variable: the firmer one is in force for both, and the other one says so', () => {
    write({ settings: { minConcurrency: 6, maxConcurrency: 3, remoteRetryFirstDelayMs: 40_000 } })
    const store = open({ STOKER_LOCAL_RETRY_FIRST_DELAY_MS: '9000' })
    expect(stateOf(store, 'minConcurrency')).toMatchObject({
      value: 3,
      fileValue: 6,
      problem: '6 answers is above “Answers at once, at most” (3 answers), which is in force for both.'
    })
    expect(stateOf(store, 'maxConcurrency')).toMatchObject({ value: 3, problem: null })
    expect(stateOf(store, 'remoteRetryMaxDelayMs')).toMatchObject({ value: 40_000, problem: expect.any(String) })
    expect(stateOf(store, 'localRetryMaxDelayMs')).toMatchObject({ value: 9_000, problem: expect.any(String) })
  })
})

describe('whatever a file or a variable holds', () => {
  const anyValue = fc.oneof(
    fc.jsonValue(),
    fc.integer(),
    fc.double(),
    fc.string(),
    fc.constantFrom('Infinity', '1e9', '0x10', ' 5 ')
  )
  const anySettings = fc.dictionary(fc.oneof(fc.constantFrom(...settingNames), fc.string()), anyValue)

  it('every value in force is one that its schema takes, and no pair contradicts itself', () => {
    fc.assert(
      fc.property(anySettings, fc.dictionary(fc.constantFrom(...settingNames), fc.string()), (file, named) => {
        const environment = Object.fromEntries(
          Object.entries(named).map(([name, text]) => [
            `STOKER_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
            text
          ])
        )
        const states = describeSettings(environment, file)
        for (const name of settingNames)
          expect(settingDefinitions[name].schema.safeParse(states[name].value).success).toBe(true)
        for (const [low, high] of orderedPairs)
          expect(Number(states[low].value)).toBeLessThanOrEqual(Number(states[high].value))
      }),
      { numRuns: 300 }
    )
  })

  it('is read without a throw, and what was read is written so that it reads the same', () => {
    const anyFile = fc.record(
      {
        version: anyValue,
        settings: fc.oneof(anySettings, anyValue),
        hosts: fc.array(fc.oneof(fc.constant(mine), anyValue))
      },
      { requiredKeys: [] }
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          anyFile.map((file) => JSON.stringify(file))
        ),
        (text) => {
          const parsed = parseSettingsFile(text)
          const again = parsed.kind === 'read' ? parseSettingsFile(writeSettingsFile(parsed.file)) : null
          if (parsed.kind === 'read')
            expect(again?.kind === 'read' && JSON.stringify(again.file)).toBe(JSON.stringify(parsed.file))
        }
      ),
      { numRuns: 300 }
    )
  })
})
