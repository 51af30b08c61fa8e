/** The checks that need a model: one is chosen, or made, lives its life, and makes room for another. */
import type { Check, CheckId } from '../../shared/diagnostics.ts'
import type { UnloadResult } from '../../shared/contract.ts'
import { formatBytes } from '../../shared/byteWords.ts'
import type { Host, Model } from '../../shared/model.ts'
import { sameModel } from '../../shared/modelKey.ts'
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import { skipped, trialReason, type Finding } from './checkParts.ts'
import { isResident, type DiagnosedModels } from './diagnosedModels.ts'
import { evictionFinding, type EvictionDeps } from './evictionCheck.ts'
import { answerFinding, loadFinding, memoryFinding, unloadFinding } from './trialChecks.ts'
import { findTrialModel, type TrialModel, type TrialModelDeps } from './trialModel.ts'

/** The small sample takes 50 MB; a disk with less than this is left alone. */
const roomForSampleBytes = 500_000_000

export interface ModelTrialDeps extends EvictionDeps, Pick<TrialModelDeps, 'predict'> {
  models: DiagnosedModels
  hosts: { list(): Host[] }
}

/** One run of the checks, as far as the trial is concerned. */
export interface TrialRun {
  signal: AbortSignal
  startedAt: number
  freeForModelsBytes: number
  run(id: CheckId, label: string, work: () => Promise<Finding>): Promise<Check>
  /** Whatever was loaded, to be unloaded in the end. */
  readonly tried: Model[]
  /** Whatever was written, to be deleted in the end. */
  readonly made: Model[]
}

type Start = { model: Model; note: string } | { model: null; finding: Finding }

const noModel = 'No model was loaded.'
const sampleNote =
  ' There was no model to try: the small sample (50 MB) was written for it, and is deleted after the checks.'

export async function tryModel(deps: ModelTrialDeps, trial: TrialRun): Promise<void> {
  const { models, hosts, clock } = deps
  const { signal } = trial
  let loaded: Model | null = null as Model | null
  let wasUnloaded = false
  let result: UnloadResult | null = null

  const load = await trial.run('load', 'A model loads', async () => {
    const start = await chooseModel(deps, trial)
    if (start.model === null) return start.finding
    trial.tried.push(start.model)
    const startedAt = clock.now()
    loaded = await models.load(start.model.id, trialReason, signal).catch((thrown: unknown) => {
      const { code, message, hint } = toErrorInfo(thrown)
      throw new StokerError(code, `${start.model.id.name}: ${message}`, hint)
    })
    return loadFinding(loaded, clock.now() - startedAt, start.note)
  })
  const model = loaded
  await trial.run('generate', 'It answers', async () =>
    model === null ? skipped(noModel) : answerFinding(await models.ask(model.id, trialReason, signal))
  )
  await trial.run('unload', 'It unloads', async () => {
    if (model === null) return skipped(noModel)
    if (models.find(model.id)?.state === 'ready') result = await models.unload(model.id, trialReason, signal)
    wasUnloaded = true
    return unloadFinding(model, result)
  })
  const isLocal = hosts.list().some((host) => host.id === model?.id.hostId && host.isLocal)
  await trial.run('memory', 'Its memory comes back', async () =>
    wasUnloaded ? memoryFinding(result, isLocal) : skipped('No model was unloaded.')
  )
  await trial.run('eviction', 'Room is made', async () => {
    if (model === null) return skipped(noModel, load.hint ?? 'See what “A model loads” found.')
    if (!wasUnloaded) return skipped('The model was not unloaded.', 'See what “It unloads” found.')
    return makeRoom(deps, trial, model)
  })
}

async function chooseModel(deps: ModelTrialDeps, trial: TrialRun): Promise<Start> {
  const find = (): Promise<TrialModel> => findTrialModel(deps, { mustSpeak: true }, trial.signal)
  let found = await find()
  const sample = found.model || found.displaced ? null : await makeSample(deps, trial)
  if (sample) found = await find()
  const { model, displaced, tooBig } = found
  if (model) return { model, note: sample && sameModel(model.id, sample.id) ? sampleNote : '' }
  const without = (words: string, hint: string): Start => ({ model: null, finding: skipped(words, hint) })
  if (displaced)
    return without(
      `${displaced.name} is loaded, and would have to go for it.`,
      'Unload a model, then run the checks again.'
    )
  if (tooBig)
    return without(
      `Not even ${tooBig.name}, the smallest, fits into memory now.`,
      'Free memory, then run the checks again.'
    )
  if (deps.models.list().some(isResident))
    return without('Every model here is in use.', 'Unload one, then run the checks again.')
  return without(
    'There is no model to try.',
    'Create the small sample model, or pull a model, then run the checks again.'
  )
}

/** Where a host here can write one, it has none yet, and its disk has room. */
async function makeSample(deps: ModelTrialDeps, trial: TrialRun): Promise<Model | null> {
  if (whyNoSample(deps, trial) !== null) return null
  return made(trial, await deps.models.createSample(trialReason, trial.signal))
}

/** The sample, or another one where it is there already. */
async function makeSecond(deps: ModelTrialDeps, trial: TrialRun): Promise<Model | null> {
  if (whyNoSample(deps, trial) !== null) return null
  const { models } = deps
  const sample = await models.createSample(trialReason, trial.signal)
  return made(trial, sample ?? (await models.copySample(trialReason, trial.signal)))
}

function made(trial: TrialRun, sample: Model | null): Model | null {
  if (sample) trial.made.push(sample)
  return sample
}

/** What to do about it, in words; null where a sample can be written. */
function whyNoSample({ hosts }: ModelTrialDeps, { freeForModelsBytes }: TrialRun): string | null {
  const canWrite = hosts.list().some(({ capabilities, status }) => capabilities.createSample && status !== 'down')
  if (!canWrite) return 'Pull another small model, then run the checks again.'
  if (freeForModelsBytes >= roomForSampleBytes) return null
  const room = formatBytes(roomForSampleBytes)
  return `Free some of the disk, then run the checks again: with ${room} free they write a sample for it themselves.`
}

async function makeRoom(deps: ModelTrialDeps, trial: TrialRun, first: Model): Promise<Finding> {
  const resident = deps.models.list().find(isResident)
  if (resident)
    return skipped(
      `${resident.id.name} is loaded, and would have to go for it.`,
      'Unload all models, then run the checks again.'
    )
  const wish = { mustSpeak: false, besides: first }
  const second = (await findTrialModel(deps, wish, trial.signal)).model ?? (await makeSecond(deps, trial))
  if (second === null)
    return skipped(
      'It takes two small models, and there is only one.',
      whyNoSample(deps, trial) ?? 'Create the medium sample model, then run the checks again.'
    )
  trial.tried.push(second)
  return evictionFinding(deps, [first, second], trial.signal)
}
