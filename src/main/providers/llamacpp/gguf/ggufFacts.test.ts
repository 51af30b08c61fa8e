/** What a prediction takes from a head: values per layer but no vocabulary, tensors by type, and a name for the weights themselves. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeHead, placeTensors, type GgufMetadataEntry } from './ggufEncode.ts'
import { parseGgufHeader, readGgufHeader, type GgufHeader } from './ggufHeader.ts'
import { createModelFolder } from './modelFolder.ts'
import { isRepackedOnCpu } from './repackedTypes.ts'
import { planTinyModel, writeSplitModel, writeTinyModel } from './testFiles.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoker-facts-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

function headerWith(...entries: GgufMetadataEntry[]): GgufHeader {
  const u32 = (key: string, value: number): GgufMetadataEntry => ({ key, value: { type: 'u32', value } })
  const metadata: GgufMetadataEntry[] = [
    { key: 'general.architecture', value: { type: 'string', value: 'gemma4' } },
    ...['context_length', 'embedding_length', 'block_count'].map((key) => u32(`gemma4.${key}`, 64)),
    ...entries
  ]
  const { placed, dataBytes } = placeTensors([{ name: 'a.weight', dimensions: [64], type: 0 }])
  const head = encodeHead(metadata, placed)
  return parseGgufHeader(head, 'a.gguf', head.length + dataBytes)
}

test('short arrays of numbers and truths are kept, in their own type', () => {
  const flags = Array.from({ length: 64 }, (_, index) => index % 6 !== 5)
  const { metadata } = headerWith(
    { key: 'gemma4.attention.sliding_window_pattern', value: { type: 'bools', value: flags } },
    { key: 'gemma4.attention.head_count_kv', value: { type: 'i32s', value: [8, 0, 4] } },
    { key: 'gemma4.rope.factors', value: { type: 'f32s', value: [0.5, 2] } },
    { key: 'gemma4.nothing', value: { type: 'i32s', value: [] } }
  )
  expect(metadata.get('gemma4.attention.sliding_window_pattern')).toEqual(flags)
  expect(metadata.get('gemma4.attention.head_count_kv')).toEqual([8, 0, 4])
  expect(metadata.get('gemma4.rope.factors')).toEqual([0.5, 2])
  expect(metadata.get('gemma4.nothing')).toEqual([])
})

test('words, and arrays as long as a vocabulary, are not', () => {
  const { metadata } = headerWith(
    { key: 'general.tags', value: { type: 'strings', value: ['a', 'b'] } },
    { key: 'tokenizer.ggml.scores', value: { type: 'f32s', value: Array<number>(1_025).fill(0) } },
    { key: 'gemma4.longest', value: { type: 'f32s', value: Array<number>(1_024).fill(0) } }
  )
  expect([...metadata.keys()]).not.toContain('general.tags')
  expect([...metadata.keys()]).not.toContain('tokenizer.ggml.scores')
  expect(metadata.get('gemma4.longest')).toHaveLength(1_024)
})

test('of a head full of arrays only so many are kept', () => {
  const arrays = Array.from({ length: 200 }, (_, index): GgufMetadataEntry => {
    return { key: `gemma4.a${index}`, value: { type: 'f32s', value: Array<number>(1_000).fill(0) } }
  })
  const { metadata } = headerWith(...arrays)
  expect([...metadata.values()].filter((value) => typeof value === 'object')).toHaveLength(65)
})

test('tensors are told by type, and whether the output has weights of its own', () => {
  const tensorsOf = (shape: Parameters<typeof planTinyModel>[0]): GgufHeader['tensors'] => {
    const plan = planTinyModel(shape)
    return parseGgufHeader(plan.head, 'a.gguf', plan.totalBytes).tensors
  }
  const matrices = 512 * 128 * 2 + 2 * (128 * 128 * 2 + 128 * 64 * 2 + 128 * 352 * 3)
  expect(tensorsOf({})).toEqual({
    bytesByType: new Map([
      [1, matrices * 2],
      [0, 5 * 128 * 4]
    ]),
    isTied: false,
    tokenEmbedding: { rows: 512, bytes: 512 * 128 * 2, isRepacked: false }
  })
  expect(tensorsOf({ shape: { weights: 'q4_0', isTied: true } })).toMatchObject({
    isTied: true,
    tokenEmbedding: { rows: 512, bytes: (512 * 128 * 18) / 32, isRepacked: true }
  })
  expect(tensorsOf({ withoutTensors: ['token_embd.weight'] }).tokenEmbedding).toBeNull()
})

test('a copy under another name has the same fingerprint; other weights, keys or sizes have another', async () => {
  const path = await writeTinyModel(directory, 'a')
  await copyFile(path, join(directory, 'copy.gguf'))
  const others = await Promise.all([
    writeTinyModel(directory, 'quantised', { shape: { weights: 'q8_0' } }),
    writeTinyModel(directory, 'longer', { shape: { contextLength: 4_096 } }),
    writeTinyModel(directory, 'templated', { chatTemplate: 'a' }),
    writeTinyModel(directory, 'tied', { shape: { isTied: true } })
  ])
  const fingerprint = async (file: string): Promise<string> => (await readGgufHeader(file)).fingerprint
  const own = await fingerprint(path)
  expect(own).toMatch(/^[0-9a-f]{64}$/)
  expect(await fingerprint(join(directory, 'copy.gguf'))).toBe(own)
  expect(new Set([own, ...(await Promise.all(others.map(fingerprint)))]).size).toBe(5)
})

test('a text and a number that reads the same are two fingerprints, in files of one size', () => {
  const values: GgufMetadataEntry['value'][] = [
    { type: 'u32', value: 5 },
    { type: 'string', value: '5' }
  ]
  // Words are stepped over: one that is longer makes up for the shorter number.
  const headers = values.map((value, index) => {
    const words: GgufMetadataEntry = { key: 'words', value: { type: 'strings', value: [index === 0 ? '12345' : ''] } }
    return headerWith({ key: 'a', value }, words)
  })
  expect(new Set(headers.map(({ fingerprint }) => fingerprint)).size).toBe(2)
})

test('the parts of a split model are counted together', async () => {
  const folder = join(directory, 'split')
  await writeTinyModel(folder, 'whole')
  await writeSplitModel(folder, 'split')
  const models = await createModelFolder(folder).list(new AbortController().signal)
  const [split, whole] = ['split', 'whole'].map((name) => models.find((model) => model.name === name)?.header)
  expect(split?.tensors).toEqual(whole?.tensors)
  expect(split?.fingerprint).toMatch(/^[0-9a-f]{64}$/)
  expect(split?.fingerprint).not.toBe(whole?.fingerprint)
})

test('which weights a processor repacks', () => {
  expect([0, 1, 2, 8, 12, 14].map((type) => isRepackedOnCpu(type, 'x64'))).toEqual([
    false,
    false,
    true,
    false,
    true,
    false
  ])
  expect([0, 1, 2, 8, 12, 14].map((type) => isRepackedOnCpu(type, 'arm64'))).toEqual([
    false,
    false,
    true,
    true,
    true,
    true
  ])
})
