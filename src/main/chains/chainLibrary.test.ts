/** An import that overwrites, a sample that names models nobody has, or a list that nobody hears of: each loses somebody's work or time. */
import { describe, expect, it } from 'vitest'
import { chainSchema, type ChainSummary } from '../../shared/chain.ts'
import { findProblems } from '../../shared/chainProblems.ts'
import { testChain } from '../../shared/chainRig.ts'
import { silentLogger } from '../lib/logger.ts'
import { createChainStore } from '../storage/chainStore.ts'
import { openDatabase } from '../storage/database.ts'
import { createChainLibrary } from './chainLibrary.ts'
import { sampleChains, withModels, type SampleModel } from './files/sampleChains.ts'

const modelOf = (name: string, sizeGb: number | null, more: Partial<SampleModel> = {}): SampleModel => ({
  id: { hostId: 'ollama', name },
  sizeBytes: sizeGb === null ? null : sizeGb * 1e9,
  capabilities: ['completion'],
  isSample: false,
  fits: true,
  ...more
})

function start(models: readonly SampleModel[] = []) {
  const { database } = openDatabase(':memory:')
  let [now, ids] = [1_000, 0]
  const heard: ChainSummary[][] = []
  const library = createChainLibrary({
    store: createChainStore({ database, now: () => (now += 600_000), logger: silentLogger }),
    problemsOf: ({ name }) => [
      { stepId: null, field: 'chain', message: `of ${name}`, start: null, end: null, isBlocking: true }
    ],
    models: () => models,
    newId: () => `new-${(ids += 1)}`,
    onChanged: (chains) => heard.push(chains)
  })
  return { library, heard }
}

describe('the chains', () => {
  it('are told in the order a person counts: 2 before 10', () => {
    const { library } = start()
    for (const name of ['Step 10', 'Step 2', 'Step 1'])
      library.save(testChain({ Draft: '{{input}}' }, { id: name.replace(' ', '-'), name }))
    expect(library.list().map(({ name }) => name)).toEqual(['Step 1', 'Step 2', 'Step 10'])
  })

  it('are not saved over what is newer than the state they were made from', () => {
    const { library, heard } = start()
    const made = (name: string) => testChain({ Draft: '{{input}}' }, { id: 'a', name })
    const { savedAt } = library.save(made('First'), 0).chain
    library.save(made('Theirs'), savedAt)
    for (const old of [savedAt, 0])
      expect(() => library.save(made('Mine'), old)).toThrow(expect.objectContaining({ code: 'conflict' }))
    expect(library.get('a').chain.name).toBe('Theirs')
    expect(heard).toHaveLength(2)
    library.save(made('Mine after all'))
    expect(library.get('a').chain.name).toBe('Mine after all')
  })

  it('are told by name, with what is wrong with them, and every change is heard of once', () => {
    const { library, heard } = start()
    library.save(testChain({ Draft: '{{input}}', Check: '{{input}}' }, { id: 'b', name: 'Beta' }))
    const { chain, problems } = library.save(testChain({ Draft: '{{input}}' }, { id: 'a', name: 'Alpha' }))
    expect(chain).toMatchObject({
      id: 'a',
      stepCount: 1,
      models: [{ hostId: 'ollama', name: 'qwen3:8b' }],
      lastRunAt: null
    })
    expect(problems).toMatchObject([{ message: 'of Alpha' }])
    expect(library.get('b')).toMatchObject({ savedAt: 601_000, problems: [{ message: 'of Beta' }] })
    expect(library.list().map(({ name }) => name)).toEqual(['Alpha', 'Beta'])
    library.save(testChain({ Draft: '{{input}}' }, { id: 'a', name: 'Alpha' }))
    library.noteRun('a', 5)
    library.noteRun('gone', 5)
    library.remove('b')
    expect(heard).toHaveLength(4)
    expect(heard.at(-1)).toEqual(library.list())
    expect(library.list()).toMatchObject([{ id: 'a', lastRunAt: 5 }])
  })

  it('that are not there are refused with a sentence', () => {
    const { library } = start()
    const refused = expect.objectContaining({ code: 'invalid_input', message: 'There is no chain nobody.' })
    for (const ask of [library.get, library.remove, library.export, library.versions])
      expect(() => ask('nobody')).toThrow(refused)
    expect(() => library.addSample('nobody')).toThrow(/no sample chain nobody/)
    library.save(testChain({}, { id: 'a' }))
    expect(() => library.version('a', 5)).toThrow(/no longer kept/)
  })

  it('imported twice are two: nothing is written over, and both can be told apart', () => {
    const { library } = start()
    library.save(testChain({ Draft: 'first' }, { id: 'a', name: 'Mine' }))
    const { text } = library.export('a')
    library.save(testChain({ Draft: 'second' }, { id: 'a', name: 'Mine' }))
    expect(library.import(text)).toMatchObject({ id: 'new-1', name: 'Mine 2', steps: [{ prompt: 'first' }] })
    expect(library.import(text).name).toBe('Mine 3')
    expect(library.get('a').chain.steps[0]?.prompt).toBe('second')
    expect(() => library.import('{"name": 7}')).toThrow(/name: must be text/)
    expect(library.list()).toHaveLength(3)
    library.remove('a')
    expect(library.import(text).id).toBe('a')
  })

  it('keep their earlier states', () => {
    const { library } = start()
    for (const prompt of ['one', 'two', 'three']) library.save(testChain({ Draft: prompt }, { id: 'a' }))
    const [newest] = library.versions('a')
    expect(library.versions('a')).toHaveLength(2)
    expect(library.version('a', newest?.savedAt ?? 0).steps[0]?.prompt).toBe('two')
  })
})

describe('the samples', () => {
  it('are added as chains of their own, as often as one likes', () => {
    const { library } = start([modelOf('small', 2), modelOf('big', 20)])
    expect(library.samples().map(({ name }) => name)).toEqual([
      'summarise-and-critique',
      'draft-and-judge',
      'translate-files'
    ])
    for (const { name } of library.samples()) {
      const first = library.addSample(name)
      const second = library.addSample(name)
      expect(second.id).not.toBe(first.id)
      expect(second.name).toBe(`${first.name} 2`)
      expect(library.list().find(({ id }) => id === first.id)?.models).toHaveLength(2)
    }
  })

  const [sample] = sampleChains
  const pick = (models: SampleModel[]): (string | null)[] =>
    sample === undefined ? [] : withModels(sample, models).steps.map(({ model }) => model?.name ?? null)

  it.each<[string, SampleModel[], (string | null)[]]>([
    ['nothing', [], [null, null, null]],
    ['one', [modelOf('only', 4)], ['only', 'only', 'only']],
    ['a small and a big one', [modelOf('big', 20), modelOf('small', 2), modelOf('mid', 8)], ['small', 'big', 'small']],
    [
      'a big one that does not fit',
      [modelOf('small', 2), modelOf('mid', 8), modelOf('huge', 80, { fits: false })],
      ['small', 'mid', 'small']
    ],
    [
      'none that is known to fit',
      [modelOf('big', 9, { fits: false }), modelOf('small', 2, { fits: false })],
      ['small', 'small', 'small']
    ],
    [
      'an embedding model',
      [modelOf('embed', 0.1, { capabilities: ['embedding'] }), modelOf('small', 2)],
      ['small', 'small', 'small']
    ],
    [
      'samples beside others',
      [modelOf('noise', 0.1, { isSample: true }), modelOf('small', 2, { capabilities: null })],
      ['small', 'small', 'small']
    ],
    [
      'nothing but samples',
      [modelOf('noise', 0.1, { isSample: true }), modelOf('noise-1gb', 1, { isSample: true })],
      ['noise', 'noise-1gb', 'noise']
    ],
    ['one of unknown size', [modelOf('unknown', null), modelOf('small', 2)], ['small', 'small', 'small']]
  ])('take models that are here: %s', (_, models, names) => {
    expect(pick(models)).toEqual(names)
  })

  it('have no mistake once their models are chosen', () => {
    for (const one of sampleChains) {
      expect(findProblems(withModels(one, [modelOf('only', 4)]), null)).toEqual([])
      expect(chainSchema.safeParse(one.chain).success).toBe(true)
    }
  })

  it('lie apart on the canvas, and say what they are for', () => {
    for (const { chain, description, wants } of sampleChains) {
      const places = [chain.inputPosition, ...chain.steps.map(({ position }) => position)]
      for (const [index, place] of places.entries()) {
        for (const other of places.slice(index + 1)) {
          expect(Math.abs(place.x - other.x) >= 240 || Math.abs(place.y - other.y) >= 140).toBe(true)
        }
      }
      expect(description.length).toBeGreaterThan(80)
      expect([...wants.keys()]).toEqual(chain.steps.map(({ id }) => id))
      expect(new Set(wants.values())).toEqual(new Set(['small', 'big']))
    }
  })
})
