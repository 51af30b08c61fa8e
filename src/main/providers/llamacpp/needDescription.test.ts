/** Facts of real files, as a prediction starts from: a wrong one here is wrong in every number that follows. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CacheType } from '../../../shared/need.ts'
import { createFakeClock, type FakeClock } from '../../lib/fakeClock.ts'
import { createModelFolder, type ModelFolder } from './gguf/modelFolder.ts'
import { writeBadFile, writeSplitModel, writeTinyModel } from './gguf/testFiles.ts'
import { createNeedDescription, type NeedDescription } from './needDescription.ts'

const { signal } = new AbortController()
let directory: string
let clock: FakeClock
let listings: number
let cacheType: CacheType
let description: NeedDescription

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-needs-'))
  clock = createFakeClock()
  listings = 0
  cacheType = 'f16'
  const files = createModelFolder(directory)
  const folder: ModelFolder = {
    ...files,
    list(given) {
      listings += 1
      return files.list(given)
    }
  }
  const options = { defaultContextLength: 4_096, engineVersion: 'engine 1', cacheType: () => cacheType }
  description = createNeedDescription({ folder, clock, ...options })
})
afterEach(() => rmSync(directory, { recursive: true }))

it('tells what the header tells, and the default no longer than the model goes', async () => {
  const path = await writeTinyModel(directory, 'tiny')
  const facts = await description.describe('tiny', signal)
  expect(facts).toMatchObject({
    path,
    projectorBytes: 0,
    defaultContextLength: 2_048,
    maxContextLength: 2_048,
    parallel: 1,
    cacheType: 'f16',
    engineVersion: 'engine 1'
  })
  expect(facts.metadata?.get('llama.block_count')).toBe(2)
  const tensorBytes = [...(facts.tensors?.bytesByType.values() ?? [])].reduce((sum, bytes) => sum + bytes, 0)
  expect(facts.weightsBytes).toBeGreaterThan(tensorBytes)
  expect(tensorBytes).toBeGreaterThan(800_000)
})

it('follows the context of models.yaml, of this very moment', async () => {
  const path = await writeTinyModel(directory, 'tiny')
  let contextLength: number | null = 512
  const fileModels = () => [{ name: 'coder', path, loader: 'llama.cpp' as const, contextLength, options: {} }]
  const named = createNeedDescription({
    folder: createModelFolder(directory, fileModels),
    fileModels,
    clock,
    defaultContextLength: 1_024,
    engineVersion: 'engine 1',
    cacheType: () => 'f16'
  })
  const contextOf = async () => (await named.describe('coder', signal)).defaultContextLength
  expect(await contextOf()).toBe(512)
  contextLength = 9_999
  expect(await contextOf()).toBe(2_048)
  contextLength = null
  expect(await contextOf()).toBe(1_024)
})

it('two copies are the same weights, and another model is not', async () => {
  for (const name of ['a', 'b']) await writeTinyModel(directory, name)
  await writeTinyModel(directory, 'c', { shape: { layers: 3 } })
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => description.describe(name, signal)))
  expect(a?.fingerprint).toBe(b?.fingerprint)
  expect(a?.fingerprint).not.toBe(c?.fingerprint)
})

it('a split model is all of its parts, and its path the first', async () => {
  const [first] = await writeSplitModel(directory, 'split')
  await writeTinyModel(directory, 'whole')
  const split = await description.describe('split', signal)
  const whole = await description.describe('whole', signal)
  expect(split.path).toBe(first)
  expect(split.tensors?.bytesByType).toEqual(whole.tensors?.bytesByType)
  expect(split.weightsBytes).toBeGreaterThan(whole.weightsBytes ?? Infinity)
})

it('the cache type is the one in force now', async () => {
  await writeTinyModel(directory, 'tiny')
  await description.describe('tiny', signal)
  cacheType = 'q8_0'
  expect((await description.describe('tiny', signal)).cacheType).toBe('q8_0')
})

it('many questions together look through the folder once; a file that came since is found', async () => {
  for (const name of ['a', 'b', 'c']) await writeTinyModel(directory, name)
  await description.list(signal)
  for (const name of ['a', 'b', 'c']) await description.describe(name, signal)
  expect(listings).toBe(1)
  await writeTinyModel(directory, 'd')
  expect((await description.describe('d', signal)).path).toBe(join(directory, 'd.gguf'))
  await clock.advance(1_000)
  await description.describe('a', signal)
  expect(listings).toBe(2)
  clock.setBack(3_600_000)
  await description.describe('a', signal)
  expect(listings).toBe(3)
})

it('what cannot be loaded is refused with the reason', async () => {
  await writeBadFile(directory, 'truncated')
  await expect(description.describe('truncated', signal)).rejects.toMatchObject({ code: 'bad_model_file' })
  await expect(description.describe('nothing', signal)).rejects.toMatchObject({ code: 'model_not_found' })
})
