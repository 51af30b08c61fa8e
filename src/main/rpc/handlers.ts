/** The audited list of powers: every request of the contract and the one service call it makes. */
import type { Actor } from '../../shared/activity.ts'
import type { Output, RequestContext } from '../../shared/contract.ts'
import type { CoreChains } from '../core/coreChains.ts'
import type { DiagnosticsService } from '../diagnostics/diagnostics.ts'
import type { MemorySampler } from '../memory/memorySampler.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { FitBoard } from '../models/fitBoard.ts'
import type { ModelLibrary } from '../models/modelLibrary.ts'
import type { ModelManager } from '../models/modelManager.ts'
import type { NeedBook } from '../models/needBook.ts'
import type { ModelsFileService } from '../modelsFile/modelsFile.ts'
import type { OperationRegistry } from '../operations/operationRegistry.ts'
import type { HostRegistry } from '../providers/hostRegistry.ts'
import type { Provider } from '../providers/provider.ts'
import type { HostPipelines } from '../requests/hostPipelines.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import type { ActivityLog } from '../storage/activityLog.ts'
import type { WarmupScheduler } from '../warmup/warmupScheduler.ts'
import type { Handlers } from './dispatch.ts'
import { createChainHandlers } from './chainHandlers.ts'

interface HandlerDeps {
  info: () => {
    version: string
    platform: string
    dataDirectory: string
    modelsDirectory: string
    startedAt: number
    problems: string[]
  }
  health: () => Output<'app.health'>
  metrics: Metrics
  hosts: HostRegistry
  pipelines: HostPipelines
  models: ModelManager
  library: ModelLibrary
  fits: FitBoard
  /** What stands beside what a loaded model was measured to hold. */
  unlearnedNeed: NeedBook['unlearned']
  memory: MemorySampler
  history: { list: ActivityLog['list'] }
  settings: SettingsStore
  operations: OperationRegistry
  modelsFile: ModelsFileService
  warmup: WarmupScheduler
  chains: CoreChains
  diagnostics: DiagnosticsService
  /** The host that writes sample models. */
  sampleHostId: string
}

export function createHandlers(deps: HandlerDeps): Handlers {
  const { hosts, models, library, fits, memory, settings, operations, modelsFile, warmup, diagnostics } = deps
  const { resolve } = modelsFile
  return {
    'app.info': async () => deps.info(),
    'app.health': async () => deps.health(),
    'app.metrics': () => deps.metrics.write(),

    'hosts.list': async () => ({ hosts: hosts.list() }),
    'hosts.save': async ({ host }) => ({ host: await hosts.save(host) }),
    'hosts.remove': async ({ hostId }) => {
      await hosts.remove(hostId)
      return {}
    },
    'hosts.check': async ({ hostId }) => ({ host: await hosts.check(hostId) }),
    'hosts.requests': async () => ({ hosts: deps.pipelines.list() }),

    'models.list': async ({ refresh }) => {
      if (refresh) await Promise.all(hosts.hostIds().map((hostId) => hosts.check(hostId)))
      return { models: models.list() }
    },
    'models.inspect': async ({ id: asked }) => {
      const id = resolve(asked)
      const provider: Provider = hosts.provider(id.hostId)
      models.get(id)
      const details = await provider.inspect(id.name, new AbortController().signal)
      const { state, contextLength } = models.get(id)
      const predicted = state === 'ready' && contextLength !== null ? deps.unlearnedNeed(id, contextLength) : null
      return { ...details, id, predicted }
    },
    'models.load': async ({ id, ...wish }, context) => {
      const startedAt = performance.now()
      const model = await models.ensureLoaded(resolve(id), { ...asker(context), ...wish })
      return { model, durationMs: performance.now() - startedAt }
    },
    'models.unload': ({ id, force, operationId }, context) =>
      models.unload(resolve(id), { ...asker(context), force, operationId }),
    'models.unloadAll': async (wish, context) => ({ results: await models.unloadAll({ ...asker(context), ...wish }) }),
    'models.setKeepAlive': async ({ id, keepAliveSeconds }, context) => ({
      model: await models.setKeepAlive(resolve(id), keepAliveSeconds, asker(context))
    }),
    'models.pin': async ({ id, isPinned }, context) => ({
      model: await models.pin(resolve(id), isPinned, asker(context))
    }),
    'models.generate': ({ id, ...wish }, context) => models.generate(resolve(id), { ...asker(context), ...wish }),
    'models.predict': ({ id, contextLength }) => fits.predict(resolve(id), contextLength, new AbortController().signal),
    'models.whatIf': (selection) =>
      fits.whatIf(
        selection.models.map((model) => ({ ...model, id: resolve(model.id) })),
        new AbortController().signal
      ),
    'models.fits': async () => ({ fits: fits.list(), relief: fits.relief() }),
    'models.timeouts': async ({ id }) => ({ limits: deps.pipelines.timeouts(models.get(resolve(id)).id) }),
    'models.savings': async () => ({ savings: models.savings() }),
    'models.pull': async ({ id, operationId }, context) => ({
      model: await library.pull(id, asker(context), operationId)
    }),
    'models.copy': async ({ id, newName }, context) => {
      await library.copy(id, newName, asker(context))
      return {}
    },
    'models.remove': async ({ id }, context) => {
      await library.remove(id, asker(context))
      return {}
    },
    'models.createSample': async ({ size, operationId }, context) => ({
      model: await library.createSample(deps.sampleHostId, size, asker(context), operationId)
    }),

    'memory.current': () => memory.current(),
    'memory.history': async (query) => memory.history(query),
    'memory.export': (range) => memory.export(range),
    'memory.setSuspended': async ({ isSuspended }) => {
      if (isSuspended) memory.suspend()
      else {
        memory.resume()
        warmup.resumed()
      }
      return {}
    },

    'events.list': async (query) => ({ events: deps.history.list(query) }),

    'settings.get': async () => ({ settings: settings.all() }),
    'settings.update': async ({ name, value }) => ({ setting: await settings.update(name, value) }),
    'settings.reset': async ({ name }) => ({ setting: await settings.reset(name) }),

    'modelsFile.get': async () => modelsFile.get(),
    'modelsFile.saveModel': (wish) => modelsFile.saveModel(wish),
    'modelsFile.removeModel': ({ name }) => modelsFile.removeModel(name),
    'aliases.save': (wish) => modelsFile.saveAlias(wish),
    'aliases.remove': ({ name }) => modelsFile.removeAlias(name),

    'warmup.list': async () => ({ rules: warmup.list() }),
    'warmup.save': async ({ rule }) => ({ rule: warmup.save(rule) }),
    'warmup.remove': async ({ ruleId }) => {
      warmup.remove(ruleId)
      return {}
    },
    'warmup.preview': async (wish) => warmup.preview(wish),
    'warmup.runNow': async (wish, context) => ({
      results: await warmup.runNow({ ...wish, actor: asker(context).actor })
    }),

    ...createChainHandlers(deps.chains, asker),

    'diagnostics.get': async () => diagnostics.get(),
    'diagnostics.run': ({ operationId }, context) => diagnostics.check(asker(context), operationId),
    'diagnostics.bench': async ({ ids, operationId }, context) => ({
      results: await diagnostics.bench(ids?.map(resolve), asker(context), operationId)
    }),
    'diagnostics.export': async ({ format }) => diagnostics.export(format),

    'operations.list': async () => ({ operations: operations.list() }),
    'operations.cancel': async ({ operationId }) => ({ wasRunning: operations.cancel(operationId) })
  }
}

function asker(context: RequestContext): { actor: Actor; reason: null } {
  return { actor: context.client === 'script' ? 'script' : 'you', reason: null }
}
