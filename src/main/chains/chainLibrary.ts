/** All chains as the contract asks for them: saved, removed, imported, exported, and the samples that come with Stoker. */
import type { Chain, ChainProblem, ChainSummary, ChainVersion } from '../../shared/chain.ts'
import { StokerError } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { ChainStore, StoredChain } from '../storage/chainStore.ts'
import { readChain, writeChain } from './files/chainDocument.ts'
import { sampleChains, withModels, type SampleModel } from './files/sampleChains.ts'

export interface ChainLibrary {
  /** By name. */
  list(): ChainSummary[]
  get(chainId: string): { chain: Chain; savedAt: number; problems: ChainProblem[] }
  /** Of `basedOnSavedAt` or older, else refused; left out, whatever is there. */
  save(chain: Chain, basedOnSavedAt?: number): { chain: ChainSummary; problems: ChainProblem[] }
  /** A run of it has begun; of a draft that was never saved, nothing is noted. */
  noteRun(chainId: string, at: number): void
  remove(chainId: string): void
  /** Saved under an id and a name that no other has. */
  import(text: string): Chain
  export(chainId: string): { fileName: string; text: string }
  samples(): { name: string; title: string; description: string; stepCount: number }[]
  addSample(name: string): Chain
  versions(chainId: string): ChainVersion[]
  version(chainId: string, savedAt: number): Chain
}

interface ChainLibraryDeps {
  store: ChainStore
  /** What stands in the way of running it: of the document and of the models it names. */
  problemsOf: (chain: Chain) => ChainProblem[]
  models: () => readonly SampleModel[]
  newId: () => string
  onChanged: (chains: ChainSummary[]) => void
}

const maxNameLetters = 120

export function createChainLibrary({ store, problemsOf, models, newId, onChanged }: ChainLibraryDeps): ChainLibrary {
  function list(): ChainSummary[] {
    return store
      .list()
      .map(summaryOf)
      .toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }) || a.id.localeCompare(b.id))
  }

  function known(chainId: string): StoredChain {
    const stored = store.get(chainId)
    if (stored) return stored
    throw new StokerError('invalid_input', `There is no chain ${chainId}.`, 'It may have been removed in the meantime.')
  }

  function write(chain: Chain): StoredChain {
    const before = store.get(chain.id)
    const stored = store.save(chain)
    if (stored !== before) onChanged(list())
    return stored
  }

  function add(chain: Chain): Chain {
    const names = new Set(store.list().map((stored) => stored.chain.name))
    let name = chain.name
    for (let count = 2; names.has(name); count++) name = `${chain.name.slice(0, maxNameLetters - 6)} ${count}`
    return write({ ...chain, id: store.get(chain.id) ? newId() : chain.id, name }).chain
  }

  return {
    list,
    get(chainId) {
      const { chain, savedAt } = known(chainId)
      return { chain, savedAt, problems: problemsOf(chain) }
    },
    save(chain, basedOnSavedAt = Infinity) {
      if ((store.get(chain.id)?.savedAt ?? 0) > basedOnSavedAt)
        throw new StokerError(
          'conflict',
          `${chain.name} was saved from another window in the meantime.`,
          'Open it again to see both.'
        )
      return { chain: summaryOf(write(chain)), problems: problemsOf(chain) }
    },
    noteRun(chainId, at) {
      if (store.get(chainId) === null) return
      store.noteRun(chainId, at)
      onChanged(list())
    },
    remove(chainId) {
      known(chainId)
      store.remove(chainId)
      onChanged(list())
    },
    import: (text) => add(readChain(text, newId)),
    export: (chainId) => writeChain(known(chainId).chain),
    samples: () =>
      sampleChains.map(({ name, title, description, stepCount }) => ({ name, title, description, stepCount })),
    addSample(name) {
      const sample = sampleChains.find((one) => one.name === name)
      if (!sample) throw new StokerError('invalid_input', `There is no sample chain ${name}.`)
      return add({ ...withModels(sample, models()), id: newId() })
    },
    versions: (chainId) => store.versions(known(chainId).chain.id),
    version(chainId, savedAt) {
      const chain = store.version(known(chainId).chain.id, savedAt)
      if (chain) return chain
      throw new StokerError('invalid_input', 'This version of the chain is no longer kept.', 'Look at the list again.')
    }
  }
}

function summaryOf({ chain, savedAt, lastRunAt }: StoredChain): ChainSummary {
  const { id, name, description, steps } = chain
  const models = new Map<string, ModelId>()
  for (const { model } of steps) if (model) models.set(modelKey(model), model)
  return { id, name, description, stepCount: steps.length, models: [...models.values()], savedAt, lastRunAt }
}
