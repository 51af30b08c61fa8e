/** Entries of models.yaml beside the folder: no file twice, none hidden, and the file on the disk is what counts. */
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FileModel } from '../../../../shared/modelsFile.ts'
import { createModelFolder, type ModelFolder } from './modelFolder.ts'
import { writeBadFile, writeSplitModel, writeTinyModel } from './testFiles.ts'

const signal = new AbortController().signal
let directory: string
let elsewhere: string
let entries: FileModel[]
let folder: ModelFolder
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoker-folder-'))
  elsewhere = await mkdtemp(join(tmpdir(), 'stoker-elsewhere-'))
  entries = []
  folder = createModelFolder(directory, () => entries)
})
afterEach(async () => {
  for (const path of [directory, elsewhere]) await rm(path, { recursive: true, force: true })
})

const entry = (name: string, path: string, changes: Partial<FileModel> = {}): FileModel => ({
  name,
  path,
  loader: 'llama.cpp',
  contextLength: null,
  options: {},
  ...changes
})
const listed = async (): Promise<string[]> => (await folder.list(signal)).map(({ name }) => name)

test('an entry is listed by its name, wherever its file is, and a changed list is seen at the next look', async () => {
  const path = await writeTinyModel(elsewhere, 'far')
  await writeTinyModel(directory, 'near')
  expect(await listed()).toEqual(['near'])
  entries = [entry('coder', path, { contextLength: 512 })]
  expect(await folder.list(signal)).toMatchObject([
    { name: 'coder', path, problem: null, entry: { contextLength: 512 } },
    { name: 'near', entry: null }
  ])
  expect(await folder.find('coder', signal)).toMatchObject({ path })
  entries = []
  expect(await listed()).toEqual(['near'])
})

test('a file of the folder that an entry names is listed once, also through a link', async () => {
  const path = await writeTinyModel(directory, 'tiny')
  entries = [entry('coder', path)]
  expect(await listed()).toEqual(['coder'])
  const link = join(elsewhere, 'link.gguf')
  await symlink(path, link)
  entries = [entry('coder', link)]
  expect(await listed()).toEqual(['coder'])
})

test('two entries may share a file, with a context each', async () => {
  const path = await writeTinyModel(directory, 'tiny')
  entries = [entry('short', path, { contextLength: 512 }), entry('long', path, { contextLength: 2_048 })]
  expect(await listed()).toEqual(['long', 'short'])
})

test('an entry hides no other model: a file whose name it took keeps its ending', async () => {
  await writeTinyModel(directory, 'coder')
  entries = [entry('coder', await writeTinyModel(elsewhere, 'far'))]
  expect(await listed()).toEqual(['coder', 'coder.gguf'])
  expect((await folder.find('coder.gguf', signal)).path).toBe(join(directory, 'coder.gguf'))
})

test('of two entries with one name the first counts', async () => {
  const [first, second] = [await writeTinyModel(elsewhere, 'a'), await writeTinyModel(elsewhere, 'b')]
  entries = [entry('coder', first), entry('coder', second)]
  expect(await folder.list(signal)).toMatchObject([{ name: 'coder', path: first }])
})

test('one without a file is listed with its problem and no size, and is there once the file is', async () => {
  const path = join(elsewhere, 'later.gguf')
  entries = [entry('later', path)]
  expect(await folder.list(signal)).toMatchObject([
    {
      name: 'later',
      sizeBytes: null,
      problem: { code: 'bad_model_file', message: expect.stringContaining(path), hint: expect.any(String) }
    }
  ])
  await writeTinyModel(elsewhere, 'later')
  expect(await folder.list(signal)).toMatchObject([{ name: 'later', problem: null }])
})

test('a bad file is listed with what is wrong', async () => {
  entries = [entry('bad', await writeBadFile(elsewhere, 'html'))]
  expect(await folder.list(signal)).toMatchObject([{ name: 'bad', problem: { code: 'bad_model_file' } }])
})

test('the first part of a split model stands for all of them', async () => {
  const paths = await writeSplitModel(elsewhere, 'big')
  // Of another split, and of another model.
  await writeTinyModel(elsewhere, 'big-00002-of-00003')
  await writeTinyModel(elsewhere, 'bigger-00001-of-00002')
  entries = [entry('coder', paths[0] ?? '')]
  expect(await folder.list(signal)).toMatchObject([{ name: 'coder', paths, problem: null }])
  await rm(paths[1] ?? '')
  expect(await folder.list(signal)).toMatchObject([
    { name: 'coder', problem: { message: expect.stringContaining('incomplete') } }
  ])
})
