/**
 * A core in the page: answers the contract's requests from a DemoState and sends the events a real core would. It is put into the
 * page as text, after the files it imports, so every function stands at its top.
 */
import type { Chain } from '../../src/shared/chain.ts'
import type { Answer, Input, Route } from '../../src/shared/contract.ts'
import type { ModelId } from '../../src/shared/model.ts'
import type { StokerBridge } from '../../src/preload/api.ts'
import {
  demoAddSample,
  demoChainList,
  demoExportChain,
  demoGetChain,
  demoImportChain,
  demoPlan,
  demoRemoveChain,
  demoSampleList,
  demoSaveChain,
  demoVersion,
  demoVersions
} from './chains.ts'
import { demoBench, demoCheck, demoDiagnosticsExport } from './diagnostics.ts'
import { demoFits, demoPredict } from './fits.ts'
import {
  cancel,
  change,
  DemoFailure,
  find,
  generate,
  goOn,
  hold,
  load,
  measure,
  nextStep,
  send,
  transfer,
  unload,
  type DemoCore
} from './pageWork.ts'
import { demoEvents, demoExport, demoHistory } from './longHistory.ts'
import { demoRemoveAlias, demoRemoveFileModel, demoSaveAlias, demoSaveFileModel } from './modelsFile.ts'
import { demoAddInput, demoGetInput, demoRemoveInput } from './inputs.ts'
import { demoExportRun } from './runExport.ts'
import {
  demoGoOnWithRuns,
  demoHaltRun,
  demoRemoveRun,
  demoResumeRun,
  demoRetryRun,
  demoRunDetail,
  demoRunItems,
  demoRunItemTexts,
  demoRunList,
  demoRunStep,
  demoStartRun
} from './runs.ts'
import { demoPreview, demoRemoveRule, demoRules, demoRunNow, demoSaveRule } from './schedule.ts'
import type { DemoState } from './state.ts'
import { demoWhatIf } from './whatIf.ts'

const sampleBytes = { small: 50_300_000, medium: 302_000_000, large: 1_040_000_000 }

const answers: { [R in Route]?: (core: DemoCore, input: Input<R>) => unknown } = {
  'app.info': (core) => core.state.info,
  'hosts.list': (core) => ({ hosts: core.state.hosts }),
  'hosts.check': (core, { hostId }) => ({ host: core.state.hosts.find((host) => host.id === hostId) }),
  'models.list': (core) => ({ models: core.state.models }),
  'models.inspect': (core, { id }) => core.state.details[`${id.hostId}/${id.name}`] ?? emptyDetails(id),
  'models.load': async (core, input) => ({ model: await load(core, input), durationMs: core.state.loadMs }),
  'models.fits': (core) => demoFits(core.state),
  'models.predict': (core, { id, contextLength }) => demoPredict(core.state, id, contextLength),
  'models.unload': (core, { id }) => unload(core, id),
  'models.unloadAll': async (core) => ({ results: await unloadAll(core) }),
  'models.setKeepAlive': (core, { id, keepAliveSeconds }) => ({
    model: change(core, id, { keepAliveSeconds: keepAliveSeconds ?? 600, keepAliveOverride: null })
  }),
  'models.pin': (core, { id, isPinned }) => ({ model: change(core, id, { isPinned }) }),
  'models.generate': (core, input) => generate(core, input),
  'models.pull': async (core, { id, operationId }) => ({
    model: await transfer(core, 'pull', id, operationId ?? 'pull-0000', 5_200_000_000)
  }),
  'models.createSample': async (core, { size, operationId }) => {
    const id = { hostId: 'builtin', name: `stoker-sample-${size}` }
    return { model: await transfer(core, 'create_sample', id, operationId ?? 'sample-0000', sampleBytes[size]) }
  },
  'models.remove': (core, { id }) => {
    core.state.models = core.state.models.filter((model) => model !== find(core, id))
    send(core, { type: 'models.changed', payload: { models: [...core.state.models] } })
    return {}
  },
  'memory.current': (core) => core.state.sample,
  'models.whatIf': (core, input) => demoWhatIf(core.state, input),
  'memory.history': (core, input) => demoHistory(core.state, input),
  'memory.export': (_core, input) => demoExport(input),
  'events.list': (core, input) => demoEvents(core.state, input),
  'settings.get': (core) => ({ settings: core.state.settings }),
  'settings.update': (core, { name, value }) => {
    const valueOf = (asked: string) =>
      asked === name ? value : core.state.settings.find((setting) => setting.name === asked)?.value
    if (Number(valueOf('minConcurrency')) > Number(valueOf('maxConcurrency')))
      throw new DemoFailure('invalid_input', 'Answers at once, at least, is more than at most.')
    return changeSetting(core, name, { value, source: 'file', fileValue: value })
  },
  'settings.reset': (core, { name }) => {
    const value = core.state.settings.find((setting) => setting.name === name)?.defaultValue ?? 0
    return changeSetting(core, name, { value, source: 'default', fileValue: null })
  },
  'hosts.requests': (core) => ({ hosts: core.state.requests }),
  'models.savings': (core) => ({ savings: core.state.savings }),
  'models.timeouts': (core, { id }) => ({ limits: core.state.limits[`${id.hostId}/${id.name}`] ?? [] }),
  'modelsFile.get': (core) => core.state.modelsFile,
  'modelsFile.saveModel': (core, wish) => demoSaveFileModel(core, wish),
  'modelsFile.removeModel': (core, { name }) => demoRemoveFileModel(core, name),
  'aliases.save': (core, wish) => demoSaveAlias(core, wish),
  'aliases.remove': (core, { name }) => demoRemoveAlias(core, name),
  'warmup.list': (core) => ({ rules: demoRules(core) }),
  'warmup.save': (core, { rule }) => ({ rule: demoSaveRule(core, rule) }),
  'warmup.remove': (core, { ruleId }) => demoRemoveRule(core, ruleId),
  'warmup.preview': (core, input) => demoPreview(core, input),
  'warmup.runNow': (core, input) => demoRunNow(core, input),
  'diagnostics.get': (core) => core.state.diagnostics,
  'diagnostics.run': (core, input) => demoCheck(core, input),
  'diagnostics.bench': (core, input) => demoBench(core, input),
  'diagnostics.export': (_core, input) => demoDiagnosticsExport(input),
  'chains.list': (core) => ({ chains: demoChainList(core) }),
  'chains.get': (core, { chainId }) => demoGetChain(core, chainId),
  'chains.save': (core, { chain, basedOnSavedAt }) => demoSaveChain(core, chain as Chain, basedOnSavedAt),
  'chains.remove': (core, { chainId }) => demoRemoveChain(core, chainId),
  'chains.import': (core, { text }) => demoImportChain(core, text),
  'chains.export': (core, { chainId }) => demoExportChain(core, chainId),
  'chains.samples': (core) => demoSampleList(core),
  'chains.addSample': (core, { name }) => demoAddSample(core, name),
  'chains.versions': (core, { chainId }) => demoVersions(core, chainId),
  'chains.version': (core, { chainId, savedAt }) => demoVersion(core, chainId, savedAt),
  'chains.plan': (core, input) => demoPlan(core, input),
  'chains.run': (core, input) => demoStartRun(core, input),
  'inputs.add': (core, input) => demoAddInput(core, input),
  'inputs.remove': (core, { inputId }) => demoRemoveInput(core, inputId),
  'inputs.get': (core, { inputId }) => demoGetInput(core, inputId),
  'runs.list': (core, input) => demoRunList(core, input),
  'runs.get': (core, { runId }) => demoRunDetail(core, runId),
  'runs.items': (core, input) => demoRunItems(core, input),
  'runs.step': (core, input) => demoRunStep(core, input),
  'runs.item': (core, input) => demoRunItemTexts(core, input),
  'runs.pause': (core, { runId }) => demoHaltRun(core, runId, 'paused'),
  'runs.cancel': (core, { runId }) => demoHaltRun(core, runId, 'cancelled'),
  'runs.resume': (core, { runId }) => demoResumeRun(core, runId),
  'runs.retry': (core, input) => demoRetryRun(core, input),
  'runs.remove': (core, { runId }) => demoRemoveRun(core, runId),
  'runs.export': (core, input) => demoExportRun(core, input),
  'operations.list': (core) => ({ operations: core.state.operations }),
  'operations.cancel': (core, { operationId }) => {
    cancel(core, operationId)
    return { wasRunning: true }
  }
}

function emptyDetails(id: ModelId) {
  return {
    id,
    template: null,
    system: null,
    license: null,
    parametersText: null,
    metadata: [],
    path: null,
    memoryParts: null,
    predicted: null
  }
}

async function unloadAll(core: DemoCore) {
  const loaded = core.state.models.filter((model) => model.state === 'ready' && !model.isPinned)
  return Promise.all(loaded.map(async ({ id }) => ({ id, result: await unload(core, id), error: null })))
}

function changeSetting(core: DemoCore, name: string, changes: Partial<DemoState['settings'][number]>) {
  core.state.settings = core.state.settings.map((each) => (each.name === name ? { ...each, ...changes } : each))
  send(core, { type: 'settings.changed', payload: { settings: core.state.settings } })
  return { setting: core.state.settings.find((each) => each.name === name) }
}

async function answer(core: DemoCore, route: string, input: unknown): Promise<Answer> {
  if (core.state.isSilent) await new Promise(() => undefined)
  const handler = answers[route as Route] as ((core: DemoCore, input: unknown) => unknown) | undefined
  try {
    if (!handler) throw new DemoFailure('route_not_found', `The demonstration has no ${route}.`)
    const data = structuredClone(await handler(core, input))
    return { ok: true, data, revision: core.revision }
  } catch (thrown) {
    const code = (thrown instanceof DemoFailure ? thrown.code : 'internal') as 'internal'
    return {
      ok: false,
      error: { code, message: thrown instanceof Error ? thrown.message : String(thrown), hint: null }
    }
  }
}

/** What stories do to the core: change what it knows and let that be seen, and hold its work. */
export interface StokerDemo {
  state: DemoState
  measure(): void
  hold(): void
  step(): void
  goOn(): void
}

/** Puts window.stoker in place, before the page's own scripts run. */
export function installDemoBridge(state: DemoState): void {
  const core: DemoCore = { state, revision: 0, listeners: new Set(), cancelled: new Set(), gate: null }
  const bridge: StokerBridge = {
    request: (route, input) => answer(core, route, input),
    subscribe(listener) {
      core.listeners.add(listener)
      return () => core.listeners.delete(listener)
    }
  }
  const stokerDemo: StokerDemo = {
    state,
    measure: () => measure(core),
    hold: () => hold(core),
    step: () => nextStep(core),
    goOn: () => goOn(core)
  }
  Object.assign(globalThis, { stoker: bridge, stokerDemo })
  if (state.isHeld) hold(core)
  demoGoOnWithRuns(core)
  if (state.isLive) setInterval(() => measure(core), 1_000)
}
