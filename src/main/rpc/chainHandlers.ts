/** Part of the audited list of powers: what may be asked of chains, their inputs and their runs. */
import type { Actor } from '../../shared/activity.ts'
import type { RequestContext, Route } from '../../shared/contract.ts'
import type { CoreChains } from '../core/coreChains.ts'
import type { Handlers } from './dispatch.ts'

type ChainRoute = Extract<Route, `${'chains' | 'inputs' | 'runs'}.${string}`>
type Asker = (context: RequestContext) => { actor: Actor }

export function createChainHandlers(chains: CoreChains, asker: Asker): Pick<Handlers, ChainRoute> {
  const { library, inputs, runs } = chains
  return {
    'chains.list': async () => ({ chains: library.list() }),
    'chains.get': async ({ chainId }) => library.get(chainId),
    'chains.save': async ({ chain, basedOnSavedAt }) => library.save(chain, basedOnSavedAt),
    'chains.remove': async ({ chainId }) => {
      library.remove(chainId)
      return {}
    },
    'chains.import': async ({ text }) => ({ chain: library.import(text) }),
    'chains.export': async ({ chainId }) => library.export(chainId),
    'chains.samples': async () => ({ samples: library.samples() }),
    'chains.addSample': async ({ name }) => ({ chain: library.addSample(name) }),
    'chains.versions': async ({ chainId }) => ({ versions: library.versions(chainId) }),
    'chains.version': async ({ chainId, savedAt }) => ({ chain: library.version(chainId, savedAt) }),
    'chains.plan': chains.plan,
    'chains.run': (wish, context) => chains.run(wish, asker(context)),

    'inputs.add': async ({ inputId, input }) => ({ input: inputs.add(inputId, input) }),
    'inputs.remove': async ({ inputId }) => {
      inputs.remove(inputId)
      return {}
    },
    'inputs.get': async ({ inputId }) => ({ input: inputs.get(inputId) }),
    'inputs.items': async ({ inputId, fromItem, limit }) => ({ items: inputs.items(inputId, fromItem, limit) }),

    'runs.list': async (wish) => ({ runs: runs.list(wish) }),
    'runs.get': async ({ runId }) => runs.get(runId),
    'runs.items': async (wish) => runs.items(wish),
    'runs.step': async (wish) => runs.step(wish),
    'runs.item': async (wish) => runs.item(wish),
    'runs.cancel': async ({ runId }, context) => ({ run: await runs.cancel(runId, asker(context)) }),
    'runs.pause': async ({ runId }, context) => ({ run: await runs.pause(runId, asker(context)) }),
    'runs.resume': async ({ runId, ...wish }, context) => ({ run: await runs.resume(runId, wish, asker(context)) }),
    'runs.retry': async ({ runId, ...wish }, context) => ({ run: await runs.retry(runId, wish, asker(context)) }),
    'runs.remove': async ({ runId }) => {
      runs.remove(runId)
      return {}
    },
    'runs.export': async (wish) => chains.export(wish)
  }
}
