/** The look at a file before the engine sees it: right about good ones, clear about bad ones, unimpressed by any bytes. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StokerError } from '../../../../shared/errors.ts'
import { encodeHead, placeTensors, type GgufMetadataEntry, type GgufTensor } from './ggufEncode.ts'
import { parseGgufHeader, readGgufHeader } from './ggufHeader.ts'
import { parseHead } from './ggufParser.ts'
import { createHeadCursor, HeadError } from './headCursor.ts'
import { planTinyModel, writeSplitModel, writeTinyModel } from './testFiles.ts'

const tiny = planTinyModel()
const u32 = (key: string, value: number): GgufMetadataEntry => ({ key, value: { type: 'u32', value } })
const text = (key: string, value: string): GgufMetadataEntry => ({ key, value: { type: 'string', value } })
const llama = (...entries: GgufMetadataEntry[]): GgufMetadataEntry[] => [
  text('general.architecture', 'llama'),
  u32('llama.context_length', 2048),
  u32('llama.embedding_length', 64),
  u32('llama.block_count', 1),
  u32('llama.feed_forward_length', 64),
  u32('llama.attention.head_count', 4),
  ...entries
]
const tensor = (type: number, ...dimensions: number[]): GgufTensor => ({ name: 'a.weight', dimensions, type })

function headOf(metadata: GgufMetadataEntry[], tensors: GgufTensor[]) {
  const { placed, dataBytes } = placeTensors(tensors)
  const head = encodeHead(metadata, placed)
  return parseGgufHeader(head, 'a.gguf', head.length + dataBytes)
}

function refusal(run: () => unknown): StokerError {
  try {
    run()
  } catch (error) {
    if (error instanceof StokerError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('a good header', () => {
  test('gives the facts of the model', () => {
    expect(parseGgufHeader(tiny.head, 'tiny.gguf', tiny.totalBytes)).toMatchObject({
      architecture: 'llama',
      tensorCount: 21,
      parameterCount: 500_352,
      quantization: 'F16',
      contextLength: 2048,
      blockCount: 2,
      hasChatTemplate: false,
      isSample: true
    })
  })

  test.each([
    [15, 'Q4_K_M'],
    [7, 'Q8_0'],
    [30, 'IQ4_XS']
  ])('names file type %i %s', (fileType, word) => {
    expect(headOf(llama(u32('general.file_type', fileType)), [tensor(0, 64)]).quantization).toBe(word)
  })

  test('without a file type goes by the type that most bytes have', () => {
    const tensors = [tensor(0, 64), { ...tensor(12, 256, 64), name: 'b.weight' }]
    expect(headOf(llama(), tensors).quantization).toBe('Q4_K')
  })

  test('lays no claim to the size of a tensor whose type is new', () => {
    const header = headOf(llama(), [tensor(77, 1_000_000)])
    expect(header).toMatchObject({ parameterCount: 1_000_000, quantization: null })
  })

  test('may give the key that would abort the engine as one value per layer', () => {
    const perLayer = llama().filter(({ key }) => key !== 'llama.feed_forward_length')
    const value = { type: 'i32s', value: [64, 64] } as const
    expect(headOf([...perLayer, { key: 'llama.feed_forward_length', value }], [tensor(0, 64)]).architecture).toBe(
      'llama'
    )
  })

  test('is read through its big arrays without building them, and hardly a byte too much', () => {
    const words = Array.from({ length: 100_000 }, (_, index) => `word${index}`)
    const entries = llama(
      { key: 'tokenizer.ggml.tokens', value: { type: 'strings', value: words } },
      { key: 'tokenizer.ggml.scores', value: { type: 'f32s', value: words.map(() => 0) } }
    )
    const { placed, dataBytes } = placeTensors([tensor(0, 64)])
    const head = encodeHead(entries, placed)
    const reading = parseHead(createHeadCursor(head.length + dataBytes, 2 ** 22))
    let readBytes = 0
    let step = reading.next()
    while (!step.done) {
      const { offset, minBytes } = step.value
      const window = head.subarray(offset, offset + Math.max(minBytes, 4096))
      readBytes += window.length
      step = reading.next(window)
    }
    expect(step.value.arrayLengths.get('tokenizer.ggml.tokens')).toBe(100_000)
    expect([...step.value.metadata.keys()]).not.toContain('tokenizer.ggml.tokens')
    // The scores, 400 kB of plain numbers, are stepped over.
    expect(readBytes).toBeLessThan(head.length - 300_000)
  })
})

describe('a bad header', () => {
  test.each([
    'llama.context_length',
    'llama.embedding_length',
    'llama.block_count',
    'llama.feed_forward_length',
    'llama.attention.head_count'
  ])('without %s is refused', (key) => {
    const without = llama().filter((entry) => entry.key !== key)
    expect(refusal(() => headOf(without, [tensor(0, 64)])).message).toContain(`no ${key}`)
  })

  test('with text where a number belongs is refused', () => {
    const entries = [...llama().filter(({ key }) => key !== 'llama.block_count'), text('llama.block_count', 'many')]
    expect(refusal(() => headOf(entries, [tensor(0, 64)])).message).toContain('not a number')
  })

  test.each<[string, (head: Buffer) => void]>([
    ['2^60 tensors', (head) => head.writeBigUInt64LE(2n ** 60n, 8)],
    ['2^53 - 1 tensors', (head) => head.writeBigUInt64LE(2n ** 53n - 1n, 8)],
    ['2^60 entries', (head) => head.writeBigUInt64LE(2n ** 60n, 16)],
    ['2^40 entries', (head) => head.writeBigUInt64LE(2n ** 40n, 16)],
    ['a key of 2^40 bytes', (head) => head.writeBigUInt64LE(2n ** 40n, 24)],
    ['version 99', (head) => head.writeUInt32LE(99, 4)]
  ])('with %s is refused', (_what, spoil) => {
    const head = Buffer.from(tiny.head)
    spoil(head)
    expect(refusal(() => parseGgufHeader(head, 'a.gguf', tiny.totalBytes))).toMatchObject({ code: 'bad_model_file' })
  })

  test('with tensors in arrays in arrays for ever is refused', () => {
    const nested = Buffer.alloc(12 * 50)
    for (let at = 0; at < nested.length; at += 12) {
      nested.writeUInt32LE(9, at)
      nested.writeBigUInt64LE(1n, at + 4)
    }
    const start = Buffer.alloc(24 + 8 + 1 + 4)
    start.write('GGUF')
    start.writeUInt32LE(3, 4)
    start.writeBigUInt64LE(1n, 16)
    start.writeBigUInt64LE(1n, 24)
    start.write('k', 32)
    start.writeUInt32LE(9, 33)
    expect(refusal(() => parseGgufHeader(Buffer.concat([start, nested]), 'a.gguf')).message).toContain(
      'arrays in arrays'
    )
  })

  test('that goes on for ever is given up', () => {
    const cursor = createHeadCursor(2 ** 40, 10_000)
    const reading = cursor.skipStrings(2 ** 30)
    const feed = (): void => {
      let step = reading.next()
      while (!step.done) step = reading.next(Buffer.alloc(1_000))
    }
    expect(feed).toThrow(HeadError)
  })

  test('whatever the bytes are, only a StokerError comes out of it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_000 }), fc.boolean(), (bytes, withMagic) => {
        const buffer = Buffer.concat([Buffer.from(withMagic ? 'GGUF\x03\0\0\0' : ''), bytes])
        expect(refusal(() => parseGgufHeader(buffer, 'a.gguf'))).toBeInstanceOf(StokerError)
      })
    )
  })

  test('a good header with a few bytes changed, or cut anywhere, is read or refused, and never costs more than it is long', () => {
    const change = fc.record({
      at: fc.nat({ max: tiny.head.length - 9 }),
      value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      width: fc.constantFrom(1, 4, 8)
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat({ max: tiny.head.length }), (changes, cut) => {
        const head = Buffer.from(tiny.head)
        for (const { at, value, width } of changes) head.fill(bytesOf(value).subarray(0, width), at, at + width)
        try {
          const header = parseGgufHeader(head.subarray(0, head.length - cut), 'a.gguf')
          expect(Number.isSafeInteger(header.parameterCount)).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(StokerError)
        }
      }),
      { numRuns: 300 }
    )
  })
})

function bytesOf(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

describe('files', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stoker-header-'))
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  test('are read as the same bytes in memory are', async () => {
    const path = await writeTinyModel(directory, 'tiny')
    expect(await readGgufHeader(path)).toEqual(parseGgufHeader(tiny.head, 'tiny.gguf', tiny.totalBytes))
  })

  test('of a split model: the second is a part, and no model', async () => {
    const [, second = ''] = await writeSplitModel(directory, 'split')
    expect((await readGgufHeader(second, 'part')).tensorCount).toBe(10)
    await expect(readGgufHeader(second)).rejects.toMatchObject({ code: 'bad_model_file' })
  })

  test('that are gone are not found', async () => {
    await expect(readGgufHeader(join(directory, 'none.gguf'))).rejects.toMatchObject({ code: 'model_not_found' })
  })
})
