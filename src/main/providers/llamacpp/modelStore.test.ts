/** Removing and copying: only inside the models folder, only under sound names, and whole or not at all. */
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createModelFolder, type FolderModel } from './gguf/modelFolder.ts'
import { writeSplitModel, writeTinyModel } from './gguf/testFiles.ts'
import { checkedName, createModelStore, type ModelStore } from './modelStore.ts'

const signal = new AbortController().signal
let directory: string
let elsewhere: string
let store: ModelStore
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoker-store-'))
  elsewhere = await mkdtemp(join(tmpdir(), 'stoker-elsewhere-'))
  store = createModelStore(directory)
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
  await rm(elsewhere, { recursive: true, force: true })
})

const find = (name: string): Promise<FolderModel> => createModelFolder(directory).find(name, signal)
const files = async (): Promise<string[]> => (await readdir(directory, { recursive: true })).sort()

describe('remove', () => {
  test('takes every part of a split model, and nothing else', async () => {
    await writeTinyModel(directory, 'a')
    await writeSplitModel(directory, 'b')
    await store.remove(await find('b'))
    expect(await files()).toEqual(['a.gguf'])
  })

  test('of a linked file takes the link, not the file', async () => {
    await symlink(await writeTinyModel(elsewhere, 'far'), join(directory, 'near.gguf'))
    await store.remove(await find('near'))
    expect([await files(), await readdir(elsewhere)]).toEqual([[], ['far.gguf']])
  })

  test('does not reach into a linked folder', async () => {
    await writeTinyModel(elsewhere, 'far')
    await symlink(elsewhere, join(directory, 'linked'))
    await expect(store.remove(await find('linked/far'))).rejects.toMatchObject({ code: 'forbidden' })
    expect(await readdir(elsewhere)).toEqual(['far.gguf'])
  })
})

describe('copy', () => {
  test('gives a model under the new name, in a new folder too', async () => {
    await writeTinyModel(directory, 'a')
    await store.copy(await find('a'), 'team/b', signal)
    expect((await find('team/b')).header).toEqual((await find('a')).header)
  })

  test('of a split model copies every part', async () => {
    await writeSplitModel(directory, 'a')
    await store.copy(await find('a'), 'b', signal)
    expect((await find('b')).problem).toBeNull()
  })

  test('never writes over a model, and leaves nothing after a cancel', async () => {
    await writeTinyModel(directory, 'a')
    await writeFile(join(directory, 'b.gguf'), 'mine')
    await expect(store.copy(await find('a'), 'b', signal)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(store.copy(await find('a'), 'c', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
    expect(await files()).toEqual(['a.gguf', 'b.gguf'])
  })

  test('does not write through a linked folder', async () => {
    await writeTinyModel(directory, 'a')
    await symlink(elsewhere, join(directory, 'linked'))
    await expect(store.copy(await find('a'), 'linked/b', signal)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await readdir(elsewhere)).toEqual([])
  })

  test.each(['../b', '/b', 'a/../b', '', '.b', 'b ', 'b\0', 'b\n', 'a\\b', 'C:b', 'a/b/c/d', '~/b', 'x'.repeat(200)])(
    'refuses the name %j',
    (name) => {
      expect(() => checkedName(name)).toThrow(expect.objectContaining({ code: 'invalid_input' }))
    }
  )

  test.each(['llama-3.2-3b', 'Modèle (neu)', 'a/b', 'b.gguf'])('takes the name %j', (name) => {
    expect(checkedName(name)).toBe(name.replace('.gguf', ''))
  })
})

describe('a sample', () => {
  test('is refused with the bytes when the disk is too full for it', async () => {
    const full = createModelStore(directory, async () => 120_000_000)
    await expect(full.createSample('small', () => {}, signal)).rejects.toMatchObject({
      code: 'storage_failed',
      message: 'There is not enough disk space: 52 MB are needed and 120 MB are free; 100 MB are kept free.'
    })
    expect(await files()).toEqual([])
  })

  test('is not written by two at once, and can be cancelled', async () => {
    const abort = new AbortController()
    const first = store.createSample('small', () => abort.abort(), abort.signal)
    await expect(store.createSample('small', () => {}, signal)).rejects.toMatchObject({ code: 'model_busy' })
    await expect(first).rejects.toMatchObject({ code: 'aborted' })
    expect(await files()).toEqual([])
  })
})
