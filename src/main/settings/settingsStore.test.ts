import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SettingState } from '../../shared/settings.ts'
import { createSettingsStore, type SettingsStore } from './settingsStore.ts'

let directory: string
let told: { states: SettingState[]; changedName: string }[]
const open = (environment: Record<string, string> = {}): SettingsStore =>
  createSettingsStore({
    path: join(directory, 'settings.json'),
    environment,
    now: () => 7,
    onChange: (states, changedName) => told.push({ states, changedName })
  })
const stateOf = (store: SettingsStore, name: string): SettingState | undefined =>
  store.all().find((state) => state.name === name)

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-settings-'))
  told = []
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('settings', () => {
  it('take the environment before the file before the default, and say which', async () => {
    expect(stateOf(open(), 'maxLoadedModels')).toMatchObject({ value: 2, source: 'default' })
    await open().update('maxLoadedModels', 4)
    expect(stateOf(open(), 'maxLoadedModels')).toMatchObject({ value: 4, source: 'file' })
    const held = open({ STOKER_MAX_LOADED_MODELS: '6' })
    expect(stateOf(held, 'maxLoadedModels')).toMatchObject({ value: 6, source: 'env', fileValue: 4 })
    await expect(held.update('maxLoadedModels', 5)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('pass over an environment value that does not fit, and say so', () => {
    expect(stateOf(open({ STOKER_MAX_LOADED_MODELS: 'many' }), 'maxLoadedModels')).toMatchObject({
      value: 2,
      source: 'default',
      problem: expect.stringContaining('STOKER_MAX_LOADED_MODELS')
    })
  })

  // Both names are promised; a wrong one of them must not hide a right one, and the screen must name the one to change.
  it('read some from a second variable as well, after the first, and name the one in force', async () => {
    const held = open({ LOCAL_MODEL_MAX_TOKENS: '512', LOCAL_MODEL_TOKEN_LIMIT: '8192' })
    expect(stateOf(held, 'localMaxTokens')).toMatchObject({
      value: 512,
      source: 'env',
      environmentName: 'LOCAL_MODEL_MAX_TOKENS'
    })
    expect(held.get('localTokenLimit')).toBe(8_192)
    await expect(held.update('localMaxTokens', 5)).rejects.toMatchObject({
      message: expect.stringContaining('LOCAL_MODEL_MAX_TOKENS')
    })
    const both = open({ LOCAL_MODEL_MAX_TOKENS: '512', STOKER_LOCAL_MAX_TOKENS: '99' })
    expect(stateOf(both, 'localMaxTokens')).toMatchObject({ value: 99, environmentName: 'STOKER_LOCAL_MAX_TOKENS' })
    const wrong = open({ LOCAL_MODEL_MAX_TOKENS: '512', STOKER_LOCAL_MAX_TOKENS: 'many' })
    expect(stateOf(wrong, 'localMaxTokens')).toMatchObject({
      value: 512,
      environmentName: 'LOCAL_MODEL_MAX_TOKENS',
      problem: expect.stringContaining('STOKER_LOCAL_MAX_TOKENS is "many"')
    })
    expect(stateOf(open({ LOCAL_MODEL_MAX_TOKENS: '' }), 'localMaxTokens')).toMatchObject({
      value: 2_048,
      problem: null,
      environmentName: 'STOKER_LOCAL_MAX_TOKENS'
    })
  })

  it('refuse a value out of range and change nothing', async () => {
    const store = open()
    await expect(store.update('maxLoadedModels', 0)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(store.update('__proto__', 1)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(told).toEqual([])
    expect(readdirSync(directory)).toEqual([])
  })

  it('go back to the default when reset, and tell everyone', async () => {
    const store = open()
    await store.update('theme', 'dark')
    await expect(store.reset('theme')).resolves.toMatchObject({ value: 'system', source: 'default' })
    expect(told.map(({ changedName }) => changedName)).toEqual(['theme', 'theme'])
  })

  it('keep a broken file aside instead of losing it, and say so', () => {
    writeFileSync(join(directory, 'settings.json'), '{"settings": {"maxLo')
    const store = open()
    expect(store.get('maxLoadedModels')).toBe(2)
    expect(store.problems[0]).toContain('settings.json.broken-7')
    expect(readFileSync(join(directory, 'settings.json.broken-7'), 'utf8')).toContain('maxLo')
  })

  it('keep what a newer Stoker wrote', async () => {
    writeFileSync(join(directory, 'settings.json'), JSON.stringify({ settings: { fromTheFuture: 1 }, alsoNew: true }))
    await open().update('maxLoadedModels', 3)
    expect(JSON.parse(readFileSync(join(directory, 'settings.json'), 'utf8'))).toMatchObject({
      settings: { fromTheFuture: 1, maxLoadedModels: 3 },
      alsoNew: true
    })
  })

  it('that cannot be written are refused with the reason, and the old value stays in force', async () => {
    writeFileSync(join(directory, 'blocker'), '')
    const store = createSettingsStore({
      path: join(directory, 'blocker', 'settings.json'),
      environment: {},
      now: () => 7,
      onChange: () => {}
    })
    await expect(store.update('maxLoadedModels', 3)).rejects.toMatchObject({ code: 'storage_failed' })
    expect(store.get('maxLoadedModels')).toBe(2)
  })

  it('that are changed at once all count, and so do hosts saved meanwhile', async () => {
    const store = open()
    const host = { id: 'mine', kind: 'ollama' as const, name: 'Mine', url: 'http://127.0.0.1:9' }
    await Promise.all([
      store.update('maxLoadedModels', 5),
      store.saveHosts([host]),
      store.update('theme', 'dark'),
      store.reset('apiTimeoutMs')
    ])
    expect(JSON.parse(readFileSync(join(directory, 'settings.json'), 'utf8'))).toMatchObject({
      settings: { maxLoadedModels: 5, theme: 'dark' },
      hosts: [host]
    })
    expect(open().get('maxLoadedModels')).toBe(5)
  })

  it('go on after a write that failed', async () => {
    const store = open()
    rmSync(directory, { recursive: true, force: true })
    writeFileSync(directory, '')
    await expect(store.update('theme', 'dark')).rejects.toMatchObject({ code: 'storage_failed' })
    rmSync(directory)
    await expect(store.update('theme', 'light')).resolves.toMatchObject({ value: 'light' })
  })

  it.each(['', '  ', null, true, [[]]])('take %j for no number, wherever it stands', async (nothing) => {
    await expect(open().update('defaultKeepAliveSeconds', nothing)).rejects.toMatchObject({ code: 'invalid_input' })
    writeFileSync(join(directory, 'settings.json'), JSON.stringify({ settings: { defaultKeepAliveSeconds: nothing } }))
    expect(stateOf(open(), 'defaultKeepAliveSeconds')).toMatchObject({ value: 600, problem: expect.any(String) })
  })

  it('never throw on a file of any content', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        writeFileSync(join(directory, 'settings.json'), text)
        expect(open().get('maxLoadedModels')).toBeGreaterThan(0)
      }),
      { numRuns: 50 }
    )
  })
})
