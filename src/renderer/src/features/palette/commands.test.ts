import { describe, expect, it } from 'vitest'
import type { Host, Model, ModelState } from '../../../../shared/model.ts'
import { testModel } from '../models/testModel.ts'
import { predictionOf } from '../models/testPrediction.ts'
import { commands, type Deeds } from './commands.ts'

const model = (name: string, state: ModelState, part: Partial<Model> = {}): Model => testModel(name, { state, ...part })

function host(id: string, name: string, can: boolean): Host {
  return {
    id,
    kind: 'ollama',
    name,
    url: null,
    isBuiltIn: false,
    isLocal: true,
    status: 'ok',
    version: null,
    device: null,
    checkedAt: null,
    nextCheckAt: null,
    error: null,
    capabilities: { pull: can, copy: can, remove: can, createSample: can }
  }
}

const done: string[] = []
const note =
  (what: string) =>
  (...given: unknown[]): void =>
    void done.push(`${what} ${JSON.stringify(given)}`)
const deeds: Deeds = {
  goTo: note('goTo'),
  load: note('load'),
  unload: note('unload'),
  cancel: note('cancel'),
  pin: note('pin'),
  select: note('select'),
  open: note('open'),
  warmUp: note('warmUp'),
  keep: note('keep'),
  openHost: note('openHost'),
  checkHost: note('checkHost'),
  checkMachine: note('checkMachine'),
  exportMemory: note('exportMemory'),
  setTheme: note('setTheme')
}
const labels = (models: Model[], hosts: Host[] = []): string[] =>
  commands({ models, hosts, fits: {}, selectedKey: null, theme: 'system', deeds }).map(({ label }) => label)

describe('the commands of the palette', () => {
  it('offers for a model what its button would do, and nothing its state forbids', () => {
    expect(labels([model('a', 'unloaded')])).toContain('Load a')
    expect(labels([model('a', 'unloaded')])).not.toContain('Unload a')
    expect(labels([model('a', 'ready', { isPinned: true })])).toEqual(expect.arrayContaining(['Unload a', 'Unpin a']))
    expect(labels([model('a', 'loading', { operationId: 'operation-1' })])).toContain('Cancel loading a')
    expect(labels([model('a', 'loading')])).not.toContain('Load a')
    expect(labels([model('a', 'absent')])).not.toContain('Load a')
  })

  it('puts loaded models first: unloading is what a full memory asks for', () => {
    const found = labels([model('a', 'unloaded'), model('b', 'ready')])
    expect(found.indexOf('Unload b')).toBeLessThan(found.indexOf('Load a'))
  })

  it('tells two models of one name apart by their hosts', () => {
    const twin = model('a', 'unloaded', { id: { hostId: 'builtin', name: 'a' } })
    const hosts = [host('ollama', 'Ollama', true), host('builtin', 'Built-in engine', true)]
    const loads = commands({
      models: [model('a', 'unloaded'), twin],
      hosts,
      fits: {},
      selectedKey: null,
      theme: null,
      deeds
    }).filter(({ label }) => label === 'Load a')
    expect(loads.map((command) => command.note)).toEqual(['Ollama', 'Built-in engine'])
    expect(new Set(loads.map(({ id }) => id)).size).toBe(2)
  })

  it('does not offer what no host can do', () => {
    expect(labels([], [host('x', 'X', false)])).not.toContain('Pull a model…')
    expect(labels([], [host('x', 'X', true)])).toEqual(
      expect.arrayContaining(['Pull a model…', 'Create sample models…'])
    )
    expect(labels([model('a', 'unloaded')])).not.toContain('Unload all…')
  })

  it('offers unasked one command a model and the few models last used, and finds the rest by name', () => {
    const many = Array.from({ length: 30 }, (_, index) => model(`m${index}`, 'unloaded', { lastUsedAt: index }))
    const all = commands({
      models: [...many, model('up', 'ready')],
      hosts: [],
      fits: {},
      selectedKey: null,
      theme: null,
      deeds
    })
    const offered = all.filter((command) => command.group === 'Models' && command.isOfferedFirst)
    expect(offered.map(({ label }) => label)).toEqual([
      'Unload up',
      ...[29, 28, 27, 26, 25].map((index) => `Load m${index}`)
    ])
    expect(all.some(({ label }) => label === 'Load m3')).toBe(true)
  })

  it('says of a load what its row says, and asks first where its button would', () => {
    const id = { hostId: 'ollama', name: 'b' }
    const fits = {
      'ollama/a': predictionOf({ verdict: 'fits_if_unloaded', unload: [id] }),
      'ollama/b': predictionOf({ verdict: 'does_not_fit', isAllowed: false })
    }
    const models = [model('a', 'unloaded'), model('b', 'unloaded')]
    const loads = commands({ models, hosts: [], fits, selectedKey: null, theme: null, deeds }).filter(
      ({ icon }) => icon === 'load'
    )
    expect(loads.map(({ label, note }) => [label, note])).toEqual([
      ['Load a', 'Fits without b'],
      ['Load b…', 'Does not fit']
    ])
  })

  it('does what it says', () => {
    const cancel = commands({
      models: [model('a', 'loading', { operationId: 'operation-1' })],
      hosts: [],
      fits: {},
      selectedKey: null,
      theme: null,
      deeds
    })
    cancel.find(({ label }) => label === 'Cancel loading a')?.run()
    expect(done.at(-1)).toBe('cancel ["operation-1"]')
  })

  it('offers the times of the model in hand, none of another, and marks the one in force', () => {
    const models = [model('a', 'ready', { keepAliveSeconds: 1_800 }), model('b', 'ready')]
    const all = commands({ models, hosts: [], fits: {}, selectedKey: 'ollama/a', theme: null, deeds })
    const keeps = all.filter(({ icon }) => icon === 'keep')
    expect(keeps.map(({ label }) => label)).toEqual([
      'Keep a only while it answers',
      'Keep a 5 min',
      'Keep a 15 min',
      'Keep a 30 min',
      'Keep a 1 h',
      'Keep a always'
    ])
    expect(keeps.filter(({ note: word }) => word === 'in force').map(({ label }) => label)).toEqual(['Keep a 30 min'])
    keeps.at(-1)?.run()
    expect(done.at(-1)).toBe('keep [{"hostId":"ollama","name":"a"},-1]')
  })

  it('warms up what can be warmed, opens hosts, and leads to every screen', () => {
    const models = [model('a', 'unloaded'), model('b', 'ready'), model('c', 'unloading')]
    const all = labels(models, [host('x', 'Studio', true)])
    expect(all.filter((label) => label.startsWith('Warm up'))).toEqual(['Warm up b', 'Warm up a'])
    expect(all).toEqual(
      expect.arrayContaining(['Open Studio', 'Check this machine', 'Test bench', 'Schedule', 'Diagnostics'])
    )
  })

  it('has no two commands with one id, so that none is drawn in place of another', () => {
    const all = commands({
      models: [model('a', 'ready'), model('b', 'unloaded')],
      hosts: [host('x', 'X', true), host('y', 'X', true)],
      fits: {},
      selectedKey: 'ollama/b',
      theme: 'dark',
      deeds
    })
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  })
})
