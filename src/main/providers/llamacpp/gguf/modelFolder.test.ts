/** The models folder as a list: everything in it once, nothing hidden by a bad neighbour, no walk without an end. */
import { mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createModelFolder, type ModelFolder } from './modelFolder.ts'
import { writeBadFile, writeSplitModel, writeTinyModel } from './testFiles.ts'

const signal = new AbortController().signal
let directory: string
let folder: ModelFolder
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoker-folder-'))
  folder = createModelFolder(directory)
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const names = async (): Promise<string[]> => (await folder.list(signal)).map(({ name }) => name)

test('models in folders below are listed with their path, two levels deep', async () => {
  for (const name of ['a', 'one/b', 'one/two/c', 'one/two/three/d']) await writeTinyModel(directory, name)
  await writeFile(join(directory, 'notes.txt'), 'no model')
  await writeFile(join(directory, 'x.gguf.partial'), 'no model yet')
  expect(await names()).toEqual(['a', 'one/b', 'one/two/c'])
})

test('a split model is one model, with the size and the parameters of all its parts', async () => {
  await writeTinyModel(directory, 'whole')
  const paths = await writeSplitModel(directory, 'split')
  const [split, whole] = await folder.list(signal)
  expect(split).toMatchObject({ name: 'split', path: paths[0], paths, problem: null })
  expect(split?.header?.parameterCount).toBe(whole?.header?.parameterCount)
})

test('a split model with a part missing is listed with that problem', async () => {
  const [, second = ''] = await writeSplitModel(directory, 'split')
  await rm(second)
  expect(await folder.list(signal)).toMatchObject([{ name: 'split', problem: { code: 'bad_model_file' } }])
})

test('a split model and a whole one of the same name are two', async () => {
  await writeSplitModel(directory, 'same')
  await writeTinyModel(directory, 'same')
  expect(new Set(await names()).size).toBe(2)
})

test('what only helps a model to see is no model', async () => {
  await writeTinyModel(directory, 'mmproj-a')
  await writeTinyModel(directory, 'encoder', { architecture: 'clip' })
  await writeTinyModel(directory, 'a')
  expect(await names()).toEqual(['a'])
})

test('links to files and folders are followed, and links in a circle end', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'stoker-elsewhere-'))
  const path = await writeTinyModel(elsewhere, 'far')
  await symlink(path, join(directory, 'link.gguf'))
  await symlink(elsewhere, join(directory, 'linked'))
  await symlink(directory, join(directory, 'circle'))
  await symlink(join(directory, 'nowhere'), join(directory, 'broken.gguf'))
  expect(await names()).toEqual(['link', 'linked/far'])
  await rm(elsewhere, { recursive: true })
})

test('a file that changed is looked at again, one that did not is not', async () => {
  const path = await writeTinyModel(directory, 'a')
  const [first] = await folder.list(signal)
  expect((await folder.list(signal))[0]?.header).toBe(first?.header)
  await rename(await writeBadFile(directory, 'truncated'), path)
  await utimes(path, 1, 1)
  expect((await folder.list(signal))[0]?.problem?.message).toContain('cut off')
})

test('no folder is no models, and a missing model is not found', async () => {
  await rm(directory, { recursive: true })
  expect(await folder.list(signal)).toEqual([])
  await expect(folder.find('a', signal)).rejects.toMatchObject({ code: 'model_not_found' })
})

test('a file where the folder should be holds no models', async () => {
  await rm(directory, { recursive: true })
  await writeFile(directory, '')
  expect(await folder.list(signal)).toEqual([])
})
