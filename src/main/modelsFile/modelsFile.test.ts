// The file is changed by people and by the screen at once: neither may lose what the other wrote, and an alias must find its one model.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { ModelId } from '../../shared/model.ts'
import type { FileModel, ModelsFile } from '../../shared/modelsFile.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { createFileWatch } from '../lib/fileWatch.ts'
import { createManagerRig, you } from '../models/managerRig.ts'
import { createModelsFile, type ModelsFileService } from './modelsFile.ts'

let directory: string
let path: string
let clock: FakeClock
let there: Set<string>
let told: ModelsFile[]
let modelChanges: number
let log: NewActivityEvent[]
const opened: ModelsFileService[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-models-file-'))
  path = join(directory, 'models.yaml')
  clock = createFakeClock()
  there = new Set(['built-in/small', 'ollama/qwen3:8b', 'ollama/llama3:latest', 'ollama/both', 'built-in/both'])
  told = []
  modelChanges = 0
  log = []
})
afterEach(() => {
  for (const service of opened.splice(0)) service.dispose()
  rmSync(directory, { recursive: true, force: true })
})

function open(): ModelsFileService {
  const service = createModelsFile({
    path,
    watchFile: createFileWatch(clock),
    homeDirectory: '/home/me',
    known: {
      hosts: () => [
        { id: 'built-in', name: 'Built-in engine' },
        { id: 'ollama', name: 'Ollama' }
      ],
      has: ({ hostId, name }) => there.has(`${hostId}/${name}`)
    },
    onChanged: (file) => told.push(file),
    onModelsChanged: () => (modelChanges += 1),
    log: (event) => log.push(event)
  })
  opened.push(service)
  return service
}
const write = (text: string): void => writeFileSync(path, text)
const written = (): string => readFileSync(path, 'utf8')
const role = (name: string): ModelId => ({ hostId: 'alias', name })
const small: ModelId = { hostId: 'built-in', name: 'small' }
/** As the page sends back what it was told. */
function sent<Entry extends object>(entry: Entry | undefined): Entry {
  if (entry === undefined) throw new Error('there is no such entry')
  return Object.fromEntries(Object.entries(entry).filter(([key]) => key !== 'line' && key !== 'isMissing')) as Entry
}
const model: FileModel = { name: 'mine', path: 'mine.gguf', loader: 'llama.cpp', contextLength: null, options: {} }

describe('an alias', () => {
  it.each([
    ['built-in/small', small],
    ['small', small],
    ['qwen3:8b', { hostId: 'ollama', name: 'qwen3:8b' }],
    ['ollama/llama3', { hostId: 'ollama', name: 'llama3:latest' }],
    ['both', { hostId: 'built-in', name: 'both' }],
    ['ollama/both', { hostId: 'ollama', name: 'both' }],
    // As the screens show the host.
    ['Built-in engine/small', small],
    ['Ollama/both', { hostId: 'ollama', name: 'both' }]
  ])('that points at %s is that model', (target, id) => {
    write(`aliases:\n  coder: ${target}\n`)
    expect(open().resolve(role('coder'))).toEqual(id)
  })

  it('finds names with slashes, also where they begin like a host', () => {
    there = new Set(['ollama/hf.co/me/model', 'built-in/ollama/odd'])
    write('aliases:\n  a: hf.co/me/model\n  b: ollama/hf.co/me/model\n  c: ollama/odd\n')
    const service = open()
    expect(['a', 'b', 'c'].map((name) => service.resolve(role(name)).hostId)).toEqual(['ollama', 'ollama', 'built-in'])
  })

  it('that is unknown, or points at nothing, is refused with both named; any other id is itself', () => {
    write('aliases:\n  coder: ollama/gone:1b\n')
    const service = open()
    expect(service.resolve(small)).toBe(small)
    expect(() => service.resolve(role('poet'))).toThrow(
      expect.objectContaining({ code: 'model_not_found', message: 'There is no alias “poet”.' })
    )
    expect(() => service.resolve(role('coder'))).toThrow(
      expect.objectContaining({
        code: 'model_not_found',
        message: 'The alias “coder” points at ollama/gone:1b, which is not there.'
      })
    )
  })

  it('to nothing, to two or to another alias is said with its line', () => {
    write('aliases:\n  a: gone\n  b: ollama/gone\n  c: both\n  d: a\n')
    expect(open().get()).toMatchObject({
      aliases: [{ isMissing: true }, { isMissing: true }, { isMissing: false }, { isMissing: true }],
      problems: [
        { line: 2, message: 'The alias “a” points at “gone”, which no host has just now.' },
        { line: 3, message: 'The alias “b” points at “gone”, which is not on Ollama just now.' },
        {
          line: 4,
          message:
            'The alias “c”: both is on Built-in engine and on Ollama. The first one is meant; write ollama/both for the other.'
        },
        { line: 5, message: 'The alias “d” points at “a”, an alias itself: point it at a model.' }
      ]
    })
  })

  it('is missing no more once its model is there, and that is told once', () => {
    write('aliases:\n  a: new\n')
    const service = open()
    service.get()
    service.modelsChanged()
    expect(told).toEqual([])
    there.add('ollama/new')
    service.modelsChanged()
    service.modelsChanged()
    expect(told.map(({ aliases }) => aliases[0])).toEqual([
      { name: 'a', target: { hostId: 'ollama', name: 'new' }, line: 2, isMissing: false }
    ])
  })

  it('beside another one on the same model shares one loaded instance', async () => {
    const rig = await createManagerRig(['big'])
    there = new Set(['ollama/big'])
    write('aliases:\n  coder: big\n  reviewer: ollama/big\n')
    const service = open()
    const [coder, reviewer] = [service.resolve(role('coder')), service.resolve(role('reviewer'))]
    expect(coder).toEqual(reviewer)
    const onRig = ({ name }: ModelId): ModelId => ({ hostId: 'h', name })
    const both = Promise.all([
      rig.manager.ensureLoaded(onRig(coder), you),
      rig.manager.ensureLoaded(onRig(reviewer), you)
    ])
    await rig.settle()
    await rig.load('big')
    await both
    expect(rig.log.filter(({ kind }) => kind === 'loaded')).toHaveLength(1)
  })
})

describe('models of the file', () => {
  it('have absolute paths: from the file’s own folder, or from home', () => {
    write('models:\n  - {name: a, path: sub/a.gguf}\n  - {name: b, path: /b.gguf}\n  - {name: c, path: ~/c.gguf}\n')
    expect(
      open()
        .fileModels()
        .map((each) => each.path)
    ).toEqual([join(directory, 'sub/a.gguf'), '/b.gguf', '/home/me/c.gguf'])
  })

  it('without a file are said with their line, and count all the same', () => {
    writeFileSync(join(directory, 'here.gguf'), '')
    write('models:\n  - {name: a, path: here.gguf}\n  - {name: b, path: gone.gguf}\n')
    const service = open()
    expect(service.get().problems).toEqual([{ line: 3, message: '“b” has no file: there is none at gone.gguf.' }])
    expect(service.fileModels()).toHaveLength(2)
  })
})

describe('a change by hand', () => {
  it('is taken up within a second: told, written to the log, and the engine hears of new models only', async () => {
    const service = open()
    expect(service.get()).toEqual({ path, exists: false, models: [], aliases: [], problems: [] })
    write('aliases:\n  a: small\n')
    await clock.advance(1_000)
    expect(service.resolve(role('a'))).toEqual(small)
    expect(modelChanges).toBe(0)
    write('models:\n  - {name: x, path: x.gguf}\n  - {name: bad}\naliases:\n  a: small\n')
    await clock.advance(1_000)
    expect(modelChanges).toBe(1)
    expect(told).toHaveLength(2)
    expect(log.map(({ kind, reason }) => `${kind}: ${reason}`)).toEqual([
      'models_file: 0 models, 1 alias',
      'models_file: 1 model, 1 alias, 2 mistakes'
    ])
    rmSync(path)
    await clock.advance(1_000)
    expect(service.fileModels()).toEqual([])
    expect(told.at(-1)?.exists).toBe(false)
  })

  it('with a model and its role is no mistake in the moment before the engine has listed the model', async () => {
    const service = open()
    write('models:\n  - {name: x, path: x.gguf}\naliases: {a: x, b: built-in/x, c: ollama/x, d: y}\n')
    writeFileSync(join(directory, 'x.gguf'), '')
    await clock.advance(1_000)
    expect(log.at(-1)?.reason).toBe('1 model, 4 aliases, 2 mistakes')
    expect(service.get().problems.map(({ message }) => message.slice(0, 13))).toEqual([
      'The alias “c”',
      'The alias “d”'
    ])
  })

  it('just before the screen saves is not lost', async () => {
    const service = open()
    await service.saveAlias({ name: 'a', target: small })
    write(`${written()}  b: qwen3:8b # typed\n`)
    await service.saveAlias({ name: 'c', target: small })
    expect(written()).toContain('  b: qwen3:8b # typed\n')
    expect(service.get().aliases.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })
})

describe('a change from the screen', () => {
  it('makes the file, with a word about it, and is no change by hand', async () => {
    const service = open()
    await service.saveModel({ model })
    expect(written()).toBe(
      '# Models of the built-in engine, and aliases (roles) for models of any host.\n# Stoker reads this file as soon as it is saved, and keeps your comments when it changes an entry.\n\nmodels:\n  - name: mine\n    path: mine.gguf\n    loader: llama.cpp\n'
    )
    expect(modelChanges).toBe(1)
    await clock.advance(5_000)
    expect(modelChanges).toBe(1)
    expect(told).toHaveLength(1)
    expect(log).toEqual([])
    await service.removeModel('mine')
    expect(service.get().models).toEqual([])
  })

  it('at the same time as another one: both count', async () => {
    const service = open()
    await Promise.all(['a', 'b', 'c'].map((name) => service.saveAlias({ name, target: small })))
    expect(service.get().aliases).toHaveLength(3)
  })

  it('that is undone leaves the file as it was, byte for byte: place, comments and words', async () => {
    const text = `models:
  # The small one.
  - name: mine # quick
    # from the old disk
    path: "mine.gguf"
    options: { top_k: 5, temperature: 0.5 }
  - name: other
    path: other.gguf
aliases:
  coder: small # why
  reviewer: mine
`
    write(text)
    const service = open()
    const { models, aliases } = service.get()
    const [[first], [coder, reviewer]] = [models, aliases]
    await service.removeModel('mine')
    await service.saveModel({ model: sent(first) })
    expect(written()).toBe(text)
    await service.removeAlias('coder')
    // What it pointed at by its bare name is gone for now: it is the same alias all the same.
    there.delete('built-in/small')
    await service.saveAlias(sent(coder))
    expect(written()).toBe(text)
    await service.removeAlias('reviewer')
    await service.saveAlias(sent(reviewer))
    expect(written()).toBe(text)
  })

  it('that names a model is not undone to a bare name which is another model’s by now', async () => {
    write('aliases:\n  coder: small\n')
    const service = open()
    const [coder] = service.get().aliases
    await service.removeAlias('coder')
    there.delete('built-in/small')
    there.add('ollama/small')
    await service.saveAlias(sent(coder))
    expect(written()).toBe('aliases:\n  coder: built-in/small\n')
  })

  it('that is undone after other changes goes back between its neighbours', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => `  - name: ${name} # ${name}!\n    path: ${name}.gguf\n`)
    write(`models:\n${a}${b}${c}${d}`)
    const service = open()
    const models = service.get().models.map(sent)
    for (const name of ['a', 'b', 'c']) await service.removeModel(name)
    // In another order than they went, with a line by hand and an alias in between.
    await service.saveModel({ model: models[1]! })
    expect(written()).toBe(`models:\n${b}${d}`)
    write(`# Mine.\n${written()}`)
    await service.saveAlias({ name: 'role', target: { hostId: 'built-in', name: 'd' } })
    await service.saveModel({ model: models[2]! })
    await service.saveModel({ model: models[0]! })
    expect(written()).toBe(`# Mine.\nmodels:\n${a}${b}${c}${d}\naliases:\n  role: built-in/d\n`)
  })

  it('that brings back what somebody typed again meanwhile, or something else by that name, is an ordinary save', async () => {
    write('models:\n  - name: mine # old\n    path: mine.gguf\n  - name: other\n    path: other.gguf\n')
    const service = open()
    const [first] = service.get().models
    await service.removeModel('mine')
    write(`${written()}  - name: mine # typed\n    path: mine.gguf\n`)
    await service.saveModel({ model: sent(first) })
    expect(written()).toBe(
      'models:\n  - name: other\n    path: other.gguf\n  - name: mine # typed\n    path: mine.gguf\n'
    )
    await service.removeModel('mine')
    await service.saveModel({ model: { ...model, path: 'elsewhere.gguf' } })
    expect(written()).toBe(
      'models:\n  - name: other\n    path: other.gguf\n  - name: mine\n    path: elsewhere.gguf\n    loader: llama.cpp\n'
    )
  })

  it('leaves a target as it is written when only the name changes', async () => {
    write('aliases:\n  a: small # mine\n')
    const service = open()
    await service.saveAlias({ name: 'b', target: small, previousName: 'a' })
    expect(written()).toBe('aliases:\n  b: small # mine\n')
    await service.saveAlias({ name: 'b', target: { hostId: 'ollama', name: 'qwen3:8b' } })
    expect(written()).toBe('aliases:\n  b: ollama/qwen3:8b # mine\n')
    await expect(service.saveAlias({ name: 'x', target: role('b') })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('is refused where the file has a mistake, and nothing is written', async () => {
    const text = 'models:\n  - name: "x\n    path: y\n'
    write(text)
    const service = open()
    for (const refused of [
      service.saveAlias({ name: 'a', target: small }),
      service.saveModel({ model }),
      service.removeAlias('a')
    ])
      await expect(refused).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('line 2') })
    expect(written()).toBe(text)
    expect(told).toEqual([])
  })

  it('is refused where the file cannot be read at all', async () => {
    const huge = '#'.repeat(600_000)
    write(huge)
    const service = open()
    expect(service.get().problems).toEqual([{ line: null, message: 'models.yaml is too large to be read.' }])
    await expect(service.saveModel({ model })).rejects.toMatchObject({ code: 'storage_failed' })
    expect(written()).toBe(huge)
  })

  it('goes to where a link points; the link and who may read the file stay', async () => {
    const real = join(directory, 'dotfiles.yaml')
    writeFileSync(real, 'aliases:\n  a: small\n')
    chmodSync(real, 0o640)
    symlinkSync(real, path)
    await open().removeAlias('a')
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(readFileSync(real, 'utf8')).toBe('aliases:\n')
    expect(statSync(real).mode & 0o777).toBe(0o640)
  })

  it('that cannot be written leaves all as it was', async () => {
    path = join(directory, 'blocker', 'models.yaml')
    writeFileSync(join(directory, 'blocker'), '')
    const service = open()
    await expect(service.saveModel({ model })).rejects.toMatchObject({ code: 'storage_failed' })
    expect(service.get().models).toEqual([])
    expect(existsSync(path)).toBe(false)
  })
})
