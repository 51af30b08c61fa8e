/** The models on an Ollama server's disk: listed, described, copied. What old servers leave out of the list is filled in behind it. */
import type { CopyRequest, ShowRequest } from 'ollama'
import PQueue from 'p-queue'
import { StokerError, type ErrorCode } from '../../../shared/errors.ts'
import { abortable } from '../../lib/abortable.ts'
import { abortReason } from '../../lib/abortReason.ts'
import type { Logger } from '../../lib/logger.ts'
import type { InstalledModel, ProviderTimeouts } from '../provider.ts'
import { canonicalName, sameModelName } from './modelNames.ts'
import { parseShow, parseTags, type ShownModel, type TaggedModel } from './ollamaAnswers.ts'
import type { OllamaHttp } from './ollamaHttp.ts'

/** What is kept of a description: everything but its long texts. */
export type Described = Pick<
  ShownModel,
  'capabilities' | 'maxContextLength' | 'sources' | 'contextParameter' | 'modelInfo' | 'tensors'
>

export interface OllamaLibrary {
  list(signal: AbortSignal): Promise<InstalledModel[]>
  show(name: string, signal: AbortSignal): Promise<ShownModel>
  copy(name: string, newName: string, signal: AbortSignal): Promise<void>
  /** From the newest list; null when the name was not in it. */
  tagged(name: string): TaggedModel | null
  /** Asked for once. */
  describe(name: string, signal: AbortSignal): Promise<Described>
  /** Of its weights, on the server's disk; null until the model is described. */
  weightsPath(name: string): string | null
  /** null: the server did not say. */
  capabilitiesOf(name: string, signal: AbortSignal): Promise<string[] | null>
  dispose(): void
}

interface LibraryDeps {
  http: OllamaHttp
  timeouts: () => ProviderTimeouts
  logger: Logger
}

export function createOllamaLibrary({ http, timeouts, logger }: LibraryDeps): OllamaLibrary {
  const disposed = new AbortController()
  const describing = new PQueue({ concurrency: 2 })
  /** By digest, so that a description outlives renames and is asked for once. */
  const described = new Map<string, Described>()
  const asked = new Set<string>()
  const asking = new Map<string, Promise<Described>>()
  let newest = new Map<string, TaggedModel>()

  async function tags(signal: AbortSignal): Promise<TaggedModel[]> {
    const models = parseTags(await http.json('GET', '/api/tags', null, { signal, timeoutMs: timeouts().apiTimeoutMs }))
    newest = new Map(models.map((model) => [canonicalName(model.name), model]))
    return models
  }

  async function show(name: string, signal: AbortSignal): Promise<ShownModel> {
    const body: ShowRequest = { model: name }
    const shown = parseShow(await http.json('POST', '/api/show', body, { signal, timeoutMs: timeouts().apiTimeoutMs }))
    const digest = digestOf(name)
    if (digest !== null) described.set(digest, withoutTexts(shown))
    return shown
  }

  const tagged = (name: string): TaggedModel | null => newest.get(canonicalName(name)) ?? null
  const digestOf = (name: string): string | null => tagged(name)?.digest ?? null

  function known(name: string): Described | null {
    const digest = digestOf(name)
    return digest === null ? null : (described.get(digest) ?? null)
  }

  async function describe(name: string, signal: AbortSignal): Promise<Described> {
    const digest = digestOf(name)
    if (digest === null) return withoutTexts(await show(name, signal))
    const before = known(name)
    if (before) return before
    const answer = asking.get(digest) ?? ask(name, digest)
    return abortable(answer, signal).catch((error: unknown) =>
      Promise.reject(signal.aborted ? abortReason(signal) : error)
    )
  }

  /** One question for everybody who wants to know. */
  function ask(name: string, digest: string): Promise<Described> {
    const answer = show(name, disposed.signal)
      .then(withoutTexts)
      .finally(() => asking.delete(digest))
    asking.set(digest, answer)
    return answer
  }

  /** Behind the list, never before it: a slow description must not keep the names from the screen. */
  function describeLater({ name, digest }: TaggedModel): void {
    if (digest === null || described.has(digest) || asked.has(digest)) return
    asked.add(digest)
    void describing.add(async () => {
      try {
        await describe(name, disposed.signal)
      } catch (error) {
        // A server that is away may answer next time; one that cannot describe the model never will.
        if (error instanceof StokerError && mayPass.has(error.code)) asked.delete(digest)
        else if (!disposed.signal.aborted) logger.warn(`Ollama cannot describe ${name}`, error)
      }
    })
  }

  return {
    async list(signal) {
      const models = await tags(signal)
      for (const model of models)
        if (model.capabilities === null || model.maxContextLength === null) describeLater(model)
      return models.map((model) => toInstalled(model, model.digest === null ? undefined : described.get(model.digest)))
    },

    show,
    tagged,
    describe,
    weightsPath: (name) => known(name)?.sources.weightsPath ?? null,

    async copy(name, newName, signal) {
      // Ollama itself would overwrite the other model without a word.
      if ((await tags(signal)).some((model) => sameModelName(model.name, newName))) {
        throw new StokerError('invalid_input', `There is already a model named "${newName}".`, 'Choose another name.')
      }
      const body: CopyRequest = { source: name, destination: newName }
      await http.json('POST', '/api/copy', body, { signal, timeoutMs: timeouts().apiTimeoutMs })
    },

    capabilitiesOf: async (name, signal) => tagged(name)?.capabilities ?? (await describe(name, signal)).capabilities,

    dispose() {
      disposed.abort()
      describing.clear()
    }
  }
}

const mayPass: ReadonlySet<ErrorCode> = new Set(['server_down', 'server_busy', 'timed_out'])

function withoutTexts(shown: ShownModel): Described {
  const { capabilities, maxContextLength, sources, contextParameter, modelInfo, tensors } = shown
  return { capabilities, maxContextLength, sources, contextParameter, modelInfo, tensors }
}

function toInstalled(model: TaggedModel, shown: Described | undefined): InstalledModel {
  return {
    name: model.name,
    sizeBytes: model.sizeBytes,
    maxContextLength: model.maxContextLength ?? shown?.maxContextLength ?? null,
    parameters: model.parameters,
    quantization: model.quantization,
    architecture: model.architecture,
    capabilities: model.capabilities ?? shown?.capabilities ?? null,
    digest: model.digest,
    isSample: false,
    problem: null
  }
}
