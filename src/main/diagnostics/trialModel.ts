/** Which model the checks try: the smallest that fits, is not loaded, and for which nobody else's has to go. */
import type { Prediction } from '../../shared/fit.ts'
import type { Host, Model, ModelId } from '../../shared/model.ts'
import { sameModel } from '../../shared/modelKey.ts'
import { isEmbeddingOnly } from './diagnosedModels.ts'

/** Asking for the needs of every model could take minutes. */
const asksAtMost = 6

export interface TrialModelDeps {
  models: { list(): Model[] }
  hosts: { list(): Host[] }
  predict: (id: ModelId, signal: AbortSignal) => Promise<Pick<Prediction, 'verdict' | 'isAllowed' | 'unload'>>
}

interface TrialWish {
  /** It is to answer; false: a load is enough. */
  mustSpeak: boolean
  /** The one that is in the trial already. */
  besides?: Model
}

/** `displaced`: a model of somebody that would have to go; `tooBig`: the smallest that does not fit. */
export type TrialModel =
  { model: Model; displaced: null; tooBig: null } | { model: null; displaced: ModelId | null; tooBig: ModelId | null }

export async function findTrialModel(deps: TrialModelDeps, wish: TrialWish, signal: AbortSignal): Promise<TrialModel> {
  let displaced: ModelId | null = null
  let tooBig: ModelId | null = null
  for (const model of candidates(deps, wish).slice(0, asksAtMost)) {
    const { isAllowed, verdict, unload } = await deps.predict(model.id, signal)
    if (!isAllowed || verdict === 'does_not_fit') tooBig ??= model.id
    else if (unload[0]) displaced ??= unload[0]
    else return { model, displaced: null, tooBig: null }
  }
  return { model: null, displaced, tooBig }
}

/** Those of this machine and beside the other one first, then the smallest. Pinned ones could not be made to leave. */
function candidates({ models, hosts }: TrialModelDeps, { mustSpeak, besides }: TrialWish): Model[] {
  const alive = new Map(hosts.list().flatMap((host) => (host.status === 'down' ? [] : [[host.id, host]])))
  const far = ({ id }: Model): number => (alive.get(id.hostId)?.isLocal ? 0 : 1)
  const apart = ({ id }: Model): number => (besides && besides.id.hostId !== id.hostId ? 1 : 0)
  const size = ({ sizeBytes }: Model): number => sizeBytes ?? Number.MAX_VALUE
  return models
    .list()
    .filter((model) => model.state === 'unloaded' && alive.has(model.id.hostId) && !model.isPinned)
    .filter((model) => besides === undefined || !sameModel(model.id, besides.id))
    .filter((model) => !mustSpeak || !isEmbeddingOnly(model))
    .sort((a, b) => far(a) - far(b) || apart(a) - apart(b) || size(a) - size(b))
}
