/** Written models: whole or not there at all, and with weights that an engine can count with. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeFailed } from '../../../lib/writeFailed.ts'
import { writeGguf } from './ggufWriter.ts'
import { createRandomWeights } from './randomWeights.ts'
import { planSample, sampleShapes } from './sampleModels.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoker-writer-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('a sample', () => {
  test('is as long as planned, and byte for byte the same the next time', async () => {
    const plan = planSample('tiny')
    const counts: number[] = []
    await writeGguf(join(directory, 'a.gguf'), plan, { onBytes: (bytes) => counts.push(bytes) })
    await writeGguf(join(directory, 'b.gguf'), plan)
    const [a, b] = await Promise.all(['a.gguf', 'b.gguf'].map((name) => readFile(join(directory, name))))
    expect(a?.length).toBe(plan.totalBytes)
    expect(counts.at(-1)).toBe(plan.totalBytes)
    expect(a && b && a.equals(b)).toBe(true)
  })

  test.each([
    ['small', 50e6],
    ['medium', 300e6],
    ['large', 1e9]
  ] as const)('%s is about %d bytes', (size, about) => {
    expect(planSample(size).totalBytes / about).toBeCloseTo(1, 1)
  })

  test('has as many different words as its vocabulary has places', () => {
    for (const { vocabulary } of Object.values(sampleShapes)) expect(vocabulary).toBeLessThan(126 + 126 ** 2 + 126 ** 3)
  })
})

describe('what is not finished', () => {
  test('after an abort is not left behind', async () => {
    const abort = new AbortController()
    const writing = writeGguf(join(directory, 'a.gguf'), planSample('tiny'), {
      onBytes: () => abort.abort(),
      signal: abort.signal
    })
    await expect(writing).rejects.toMatchObject({ code: 'aborted' })
    expect(await readdir(directory)).toEqual([])
  })

  test.runIf(existsSync('/dev/full'))('on a full disk is not left behind, and the disk is named', async () => {
    await symlink('/dev/full', join(directory, 'a.gguf.partial'))
    await expect(writeGguf(join(directory, 'a.gguf'), planSample('tiny'))).rejects.toMatchObject({
      code: 'storage_failed',
      message: expect.stringContaining('disk is full')
    })
    expect(await readdir(directory)).toEqual([])
  })

  test('where a file stands in the way of the folder is an error of the storage', async () => {
    await writeFile(join(directory, 'models'), '')
    await expect(writeGguf(join(directory, 'models/a.gguf'), planSample('tiny'))).rejects.toMatchObject({
      code: 'storage_failed'
    })
  })

  test('leaves an older model of the same name alone', async () => {
    await mkdir(join(directory, 'a.gguf.partial'))
    await writeFile(join(directory, 'a.gguf'), 'older')
    await expect(writeGguf(join(directory, 'a.gguf'), planSample('tiny'))).rejects.toMatchObject({
      code: 'storage_failed'
    })
    expect(await readFile(join(directory, 'a.gguf'), 'utf8')).toBe('older')
  })

  test('for want of permission is said so', () => {
    expect(writeFailed('a', Object.assign(new Error(), { code: 'EROFS' }))).toMatchObject({
      code: 'storage_failed',
      message: expect.stringContaining('may not write')
    })
  })
})

describe('random weights', () => {
  test('of halves are finite, small and of either sign', () => {
    const bytes = Buffer.concat([...createRandomWeights('f16', 7).slices(200_000, 65_536)])
    expect(bytes.length).toBe(200_000)
    const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)
    const exponents = [...halves].map((half) => (half >> 10) & 0x1f)
    expect(Math.max(...new Set(exponents))).toBeLessThanOrEqual(9)
    expect(Math.min(...new Set(exponents))).toBeGreaterThanOrEqual(7)
    expect(halves.filter((half) => half & 0x8000).length / halves.length).toBeCloseTo(0.5, 1)
  })

  test('of quantised blocks keep a sound scale at every 34th byte, whichever slice they come from', () => {
    const weights = createRandomWeights('q8_0', 7)
    for (let round = 0; round < 5; round++) {
      const bytes = Buffer.concat([...weights.slices(34 * 60_000, 2 ** 20)])
      for (let offset = 0; offset < bytes.length; offset += 34) expect(bytes.readUInt16LE(offset)).toBe(3 << 10)
    }
  })
})
