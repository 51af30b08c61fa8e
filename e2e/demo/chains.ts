/**
 * Chains of the demonstration: kept, saved with their versions, judged by the same rules as in the real core, and planned by a small
 * greedy rule. Put into the page as text behind the files of src/shared it needs, so every function stands at its top.
 */
import type { Input } from '../../src/shared/contract.ts'
import type { Chain, ChainProblem, ChainSummary, Step } from '../../src/shared/chain.ts'
import { orderOf, stepsByName, stepsMentioned } from '../../src/shared/chainGraph.ts'
import { findProblems } from '../../src/shared/chainProblems.ts'
import type { ModelId } from '../../src/shared/model.ts'
import type { EffectiveOption, Plan, PlanAction, StepOutlook } from '../../src/shared/plan.ts'
import { demoPredict } from './fits.ts'
import { DemoFailure, send, type DemoCore } from './pageWork.ts'

export interface DemoChain {
  chain: Chain
  savedAt: number
  lastRunAt: number | null
  /** Newest first. */
  versions: { savedAt: number; chain: Chain }[]
}

export interface DemoSample {
  name: string
  title: string
  chain: Chain
}

function demoSummary({ chain, savedAt, lastRunAt }: DemoChain): ChainSummary {
  const models = new Map(chain.steps.flatMap(({ model }) => (model ? [[`${model.hostId}/${model.name}`, model]] : [])))
  const { id, name, description } = chain
  return { id, name, description, stepCount: chain.steps.length, models: [...models.values()], savedAt, lastRunAt }
}

export function demoChainList(core: DemoCore): ChainSummary[] {
  return core.state.chains.map(demoSummary).sort((a, b) => b.savedAt - a.savedAt)
}

function sendChains(core: DemoCore): void {
  send(core, { type: 'chains.changed', payload: { chains: demoChainList(core) } })
}

export function demoFindChain(core: DemoCore, chainId: string): DemoChain {
  const found = core.state.chains.find(({ chain }) => chain.id === chainId)
  if (!found) throw new DemoFailure('invalid_input', 'There is no such chain. It may have been deleted.')
  return found
}

export function demoGetChain(core: DemoCore, chainId: string) {
  const { chain, savedAt } = demoFindChain(core, chainId)
  return { chain, savedAt, problems: findProblems(chain, null) }
}

export function demoSaveChain(core: DemoCore, chain: Chain, basedOnSavedAt = Infinity) {
  if (core.state.chainFailure !== null) throw new DemoFailure('storage_failed', core.state.chainFailure)
  const before = core.state.chains.find((each) => each.chain.id === chain.id)
  if ((before?.savedAt ?? 0) > basedOnSavedAt) throw new DemoFailure('conflict', `${chain.name} was saved meanwhile.`)
  const savedAt = Math.max(Date.now(), (before?.savedAt ?? 0) + 1)
  const versions = before ? [{ savedAt: before.savedAt, chain: before.chain }, ...before.versions] : []
  const kept = { chain: structuredClone(chain), savedAt, lastRunAt: before?.lastRunAt ?? null, versions }
  core.state.chains = [kept, ...core.state.chains.filter((each) => each !== before)]
  sendChains(core)
  return { chain: demoSummary(kept), problems: findProblems(chain, null) }
}

export function demoRemoveChain(core: DemoCore, chainId: string) {
  const found = demoFindChain(core, chainId)
  core.state.chains = core.state.chains.filter((each) => each !== found)
  sendChains(core)
  return {}
}

export function demoImportChain(core: DemoCore, text: string) {
  let chain: Chain
  try {
    chain = JSON.parse(text) as Chain
  } catch {
    throw new DemoFailure('invalid_input', 'This is not a chain: line 1 is no JSON.')
  }
  if (!Array.isArray(chain.steps)) throw new DemoFailure('invalid_input', 'This is not a chain: “steps” is missing.')
  const made = { ...chain, id: `imported-${core.state.chains.length}` }
  demoSaveChain(core, made)
  return { chain: made }
}

export function demoExportChain(core: DemoCore, chainId: string) {
  const { chain } = demoFindChain(core, chainId)
  return { fileName: `${chain.name}.chain.json`, text: JSON.stringify(chain, null, 2) }
}

export function demoSampleList(core: DemoCore) {
  return {
    samples: core.state.chainSamples.map(({ name, title, chain }) => ({
      name,
      title,
      description: chain.description,
      stepCount: chain.steps.length
    }))
  }
}

export function demoAddSample(core: DemoCore, name: string) {
  const sample = core.state.chainSamples.find((each) => each.name === name)
  if (!sample) throw new DemoFailure('invalid_input', 'There is no such sample.')
  const chain = { ...sample.chain, id: `${name}-${core.state.chains.length}` }
  demoSaveChain(core, chain)
  return { chain }
}

export function demoVersions(core: DemoCore, chainId: string) {
  return {
    versions: demoFindChain(core, chainId).versions.map(({ savedAt, chain }) => {
      return { savedAt, name: chain.name, stepCount: chain.steps.length }
    })
  }
}

export function demoVersion(core: DemoCore, chainId: string, savedAt: number) {
  const found = demoFindChain(core, chainId).versions.find((each) => each.savedAt === savedAt)
  if (!found) throw new DemoFailure('invalid_input', 'This version is no longer kept.')
  return { chain: found.chain }
}

/** What an alias stands for; null: nothing that is here. */
function demoTarget(core: DemoCore, id: ModelId | null): ModelId | null {
  const target =
    id?.hostId === 'alias' ? core.state.modelsFile.aliases.find(({ name }) => name === id.name)?.target : id
  const isThere = core.state.models.some(
    (model) => model.id.hostId === target?.hostId && model.id.name === target.name && model.state !== 'absent'
  )
  return target && isThere ? target : null
}

function demoMissing(core: DemoCore, chain: Chain): ChainProblem[] {
  return chain.steps.flatMap(({ id, model }) => {
    if (model === null || demoTarget(core, model) !== null) return []
    const message = `${model.name} is not on this machine. Pull it, or choose another model.`
    return [{ stepId: id, field: 'model' as const, message, start: null, end: null, isBlocking: true }]
  })
}

function demoEffective(step: Step, chain: Chain): EffectiveOption[] {
  const local: Record<string, number> = { temperature: 0.3, maxTokens: 1_024, topP: 0.9, topK: 40, repeatPenalty: 1.1 }
  return (['temperature', 'maxTokens', 'topP', 'topK', 'repeatPenalty', 'seed', 'stop'] as const).map((name) => {
    const ofStep = step.options[name]
    const ofChain = chain.options[name]
    const value = ofStep ?? ofChain ?? local[name] ?? null
    const source = ofStep !== undefined ? 'step' : ofChain !== undefined ? 'chain' : name in local ? 'local' : 'server'
    return { name, value, source, note: null }
  })
}

function demoOutlook(core: DemoCore, step: Step, chain: Chain): StepOutlook {
  const modelId = demoTarget(core, step.model)
  const windowTokens = step.contextLength ?? 4_096
  const need = modelId && demoPlanNeed(core, modelId, windowTokens)
  return {
    stepId: step.id,
    modelId,
    needBytes: need?.needBytes ?? null,
    needSource: need?.needSource ?? null,
    windowTokens: modelId && windowTokens,
    windowLimitedBy: step.contextLength === null ? 'setting' : 'step',
    windowWords: step.contextLength === null ? '4,096 on this machine, for a model of 8B' : 'as this step asks',
    options: demoEffective(step, chain)
  }
}

/** What is in memory is known, whatever was predicted of it. */
function demoPlanNeed(
  core: DemoCore,
  id: ModelId,
  windowTokens: number
): Pick<StepOutlook, 'needBytes' | 'needSource'> {
  const model = core.state.models.find((each) => each.id.name === id.name && each.id.hostId === id.hostId)
  if (model?.state === 'ready') return { needBytes: model.heldBytes, needSource: null }
  const prediction = demoPredict(core.state, id, windowTokens)
  return { needBytes: prediction?.needBytes ?? null, needSource: prediction?.source ?? null }
}

export function demoPlan(core: DemoCore, input: Input<'chains.plan'>) {
  const chain = (input.chain ?? demoFindChain(core, input.chainId ?? '').chain) as Chain
  const problems = [...findProblems(chain, null), ...demoMissing(core, chain)]
  const steps = chain.steps.map((step) => demoOutlook(core, step, chain))
  const isBlocked = problems.some(({ isBlocking }) => isBlocking) || chain.steps.length === 0
  const items = input.itemCount ?? demoItemCount(core, input.inputId)
  const order = input.order ?? 'fewest_loads'
  return { plan: isBlocked ? null : demoMakePlan(core, chain, steps, items, order), problems, steps }
}

function demoItemCount(core: DemoCore, inputId: string | undefined): number {
  const { inputs } = core.state as { inputs?: { id: string; itemCount: number }[] }
  return inputs?.find(({ id }) => id === inputId)?.itemCount ?? 1
}

/** Model after model, each for all its steps that can go, before the next is loaded. */
function demoMakePlan(
  core: DemoCore,
  chain: Chain,
  outlooks: StepOutlook[],
  items: number,
  order: Plan['order']
): Plan {
  const byName = stepsByName(chain)
  const left = (orderOf(chain) ?? []).flatMap((id) => chain.steps.find((step) => step.id === id) ?? [])
  const stepRuns = left.length * items
  const modelOf = new Map(outlooks.map(({ stepId, modelId }) => [stepId, modelId]))
  const budgetBytes = core.state.sample.budgetBytes
  const models: Plan['models'] = []
  const actions: PlanAction[] = []
  const held: Plan['held'] = []
  const resident = new Set<number>()
  const done = new Set<string>()
  let now = 0
  let loads = 0
  const placeOf = (id: ModelId): number => {
    const known = models.findIndex((each) => each.id.name === id.name && each.id.hostId === id.hostId)
    if (known >= 0) return known
    const model = core.state.models.find((each) => each.id.name === id.name && each.id.hostId === id.hostId)
    const need = demoPlanNeed(core, id, 4_096)
    const isResident = model?.state === 'ready'
    const loadMs = model?.lastLoadMs ?? Math.round((need.needBytes ?? 0) / 1.2e6)
    const kept = { isKept: model?.isPinned ?? false, isForeign: false }
    models.push({ id, ...need, contextLength: 4_096, loadMs, isResident, ...kept })
    if (isResident) resident.add(models.length - 1)
    return models.length - 1
  }
  const bytesHeld = (): number => [...resident].reduce((sum, place) => sum + (models[place]?.needBytes ?? 0), 0)
  // What is in memory already counts from the first moment.
  for (const { modelId } of outlooks) if (modelId) placeOf(modelId)
  held.push({ atMs: 0, bytes: bytesHeld() })
  while (left.length > 0) {
    const isReady = (step: Step): boolean => stepsMentioned(step, byName).every((id) => done.has(id))
    const first = left.find(isReady)
    const id = first && modelOf.get(first.id)
    if (!first || !id) break
    const place = placeOf(id)
    const { needBytes = 0, loadMs = 0 } = models[place] ?? {}
    if (!resident.has(place)) {
      for (const other of [...resident]) {
        if (budgetBytes === null || bytesHeld() + (needBytes ?? 0) <= budgetBytes) break
        resident.delete(other)
        actions.push({ kind: 'unload', model: other, startMs: now, endMs: now })
      }
      resident.add(place)
      held.push({ atMs: now, bytes: bytesHeld() })
      actions.push({ kind: 'load', model: place, startMs: now, endMs: now + (loadMs ?? 0), isPrefetch: false })
      now += loadMs ?? 0
      loads += 1
    }
    for (
      let step: Step | undefined = first;
      step;
      step = left.find((each) => isReady(each) && placeOf(modelOf.get(each.id)!) === place)
    ) {
      const endMs = now + items * (2_000 + step.prompt.length * 12)
      const span = { firstItem: 0, lastItem: items - 1, itemCount: items }
      actions.push({ kind: 'run', models: [place], stepIds: [step.id], ...span, startMs: now, endMs })
      now = endMs
      done.add(step.id)
      left.splice(left.indexOf(step), 1)
    }
  }
  held.push({ atMs: now, bytes: bytesHeld() })
  const peakBytes = Math.max(...held.map(({ bytes }) => bytes))
  const naive = { naiveLoads: stepRuns, itemByItemLoads: Math.min(stepRuns, items * models.length) }
  const firstResultMs = Math.round(now / Math.max(1, items))
  const answerTokens = { least: 400, most: 400 }
  const times = { durationMs: now, firstResultMs, answerTokens, isProven: true, held }
  return { order, models, actions, itemCount: items, stepRuns, loads, ...naive, peakBytes, budgetBytes, ...times }
}
