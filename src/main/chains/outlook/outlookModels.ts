/** What an outlook must know of each model that a chain asks: is it there, what does it say of itself, what does it need. */
import { hash } from 'node:crypto'
import { toErrorInfo } from '../../../shared/errors.ts'
import type { Host, Model, ModelDetails, ModelId } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'
import type { FileModel } from '../../../shared/modelsFile.ts'
import type { Logger } from '../../lib/logger.ts'
import type { ModelManager } from '../../models/modelManager.ts'
import { toCheck } from '../run/answerCheck.ts'
import { parseModelParameters, type ModelParameters } from './modelParameters.ts'

interface OutlookModelsDeps {
  /** What an alias stands for; throws `model_not_found`. */
  resolve: (id: ModelId) => ModelId
  hosts: () => readonly Pick<Host, 'id' | 'name' | 'kind' | 'status' | 'isLocal' | 'device'>[]
  models: Pick<ModelManager, 'get' | 'has'>
  /** Of models.yaml. */
  fileModels: () => readonly Pick<FileModel, 'name' | 'options'>[]
  /** What its server says of a model. */
  inspect: (id: ModelId, signal: AbortSignal) => Promise<Pick<ModelDetails, 'parametersText'>>
  /** As the built-in engine takes a JSON schema; throws what it cannot keep to. */
  toGrammar: (schema: Record<string, unknown>) => unknown
  logger: Logger
}

/** `problem`: why the model cannot be asked, as a sentence that begins with its name. */
export type Found = { id: ModelId; model: Model; problem: null } | { id: ModelId | null; model: null; problem: string }

export interface OutlookModels {
  find(asked: ModelId): Found
  /** Of models.yaml or the Modelfile. Never rejects but when aborted: what cannot be read is nothing. */
  ownParameters(model: Model, signal: AbortSignal): Promise<ModelParameters>
  hostOf(id: ModelId): OutlookHost | null
  /** Why no answer of the model could be asked for by this JSON schema, in sentences; null: it can, as far as is known before. */
  schemaRefusal(asked: ModelId | null, schema: Record<string, unknown>): string | null
}

type OutlookHost = ReturnType<OutlookModelsDeps['hosts']>[number]

const mostRemembered = 500

export function createOutlookModels(deps: OutlookModelsDeps): OutlookModels {
  /** By model and digest: a plan is made at every edit. */
  const remembered = new Map<string, ModelParameters>()
  /** By what the schema is checked for, and a hash of it: while somebody types in a large one, many are remembered. */
  const refusals = new Map<string, string | null>()
  const hostOf = (id: ModelId): OutlookHost | null => deps.hosts().find((host) => host.id === id.hostId) ?? null

  function find(asked: ModelId): Found {
    let id: ModelId
    try {
      id = deps.resolve(asked)
    } catch (error) {
      return { id: null, model: null, problem: sentences(error) }
    }
    const host = hostOf(id)
    const missing = (problem: string): Found => ({ id: null, model: null, problem: `${id.name} ${problem}` })
    if (host === null) return missing('is on a host that was removed. Choose another model.')
    if (!deps.models.has(id)) {
      if (host.status === 'checking') return missing(`cannot be asked yet: ${host.name} has not answered so far.`)
      if (host.status === 'down')
        return missing(`cannot be asked: ${host.name} does not answer. Start it, or choose another model.`)
      return missing(`is not on ${host.name}. Choose another model, or add it there.`)
    }
    const model = deps.models.get(id)
    const unfit = whyUnfit(model)
    return unfit === null ? { id, model, problem: null } : missing(unfit)
  }

  function refusalOf(schema: Record<string, unknown>, isBuiltIn: boolean): string | null {
    try {
      toCheck(schema)
      if (isBuiltIn) deps.toGrammar(schema)
      return null
    } catch (error) {
      return sentences(error)
    }
  }

  return {
    hostOf,
    find,
    async ownParameters({ id, digest }, signal) {
      const host = hostOf(id)
      if (host?.kind === 'llamacpp') {
        // The provider puts them under what it is sent; sent in full, they are the same.
        const options = deps.fileModels().find(({ name }) => name === id.name)?.options ?? {}
        return { options, isEndless: false }
      }
      const key = `${digest ?? ''} ${modelKey(id)}`
      const known = remembered.get(key)
      if (known !== undefined) return known
      try {
        const { parametersText } = await deps.inspect(id, signal)
        const parameters = parseModelParameters(parametersText)
        if (remembered.size >= mostRemembered) remembered.clear()
        // Without a digest nobody would notice that it changed.
        if (digest !== null) remembered.set(key, parameters)
        return parameters
      } catch (error) {
        signal.throwIfAborted()
        deps.logger.warn(`the own parameters of ${id.name} could not be read`, toErrorInfo(error))
        return parseModelParameters(null)
      }
    },
    schemaRefusal(asked, schema) {
      const id = asked && find(asked).id
      const isBuiltIn = id !== null && hostOf(id)?.kind === 'llamacpp'
      const key = `${isBuiltIn} ${textHash(schema)}`
      const known = refusals.get(key)
      if (known !== undefined) return known
      if (refusals.size >= mostRemembered) refusals.clear()
      const refusal = refusalOf(schema, isBuiltIn)
      refusals.set(key, refusal)
      return refusal
    }
  }
}

/** All that are nested too deeply to be written are refused alike. */
function textHash(schema: Record<string, unknown>): string {
  try {
    return hash('sha256', JSON.stringify(schema))
  } catch {
    return 'too deep'
  }
}

function sentences(error: unknown): string {
  const { message, hint } = toErrorInfo(error)
  return hint === null ? message : `${message} ${hint}`
}

function whyUnfit({ capabilities, state, error }: Model): string | null {
  if (capabilities?.includes('embedding') === true && !capabilities.includes('completion')) {
    return 'makes embeddings only: it cannot answer.'
  }
  const isBroken = state === 'failed' && (error?.code === 'bad_model_file' || error?.code === 'unknown_architecture')
  return isBroken ? `cannot be loaded: ${error.message}` : null
}
