/** What a prediction needs to know of an Ollama model: from its own file where that can be read here, else as the server tells it. */
import type { NeedFacts, TensorFacts } from '../provider.ts'
import {
  cacheTypeInForce,
  defaultContextLength,
  parallelRequests,
  usesFlashAttention,
  type ServerTraits
} from './contextDefaults.ts'
import { createLocalBlobs, type LocalBlob } from './localBlobs.ts'
import type { TaggedModel } from './ollamaAnswers.ts'
import type { Described } from './ollamaLibrary.ts'
import { blobDigest, type ModelSources } from './shownWeights.ts'

interface NeedsDeps {
  /** Cheap when asked again. */
  describe: (name: string, signal: AbortSignal) => Promise<Described>
  /** As listed last; null when it was not. */
  tagged: (name: string) => TaggedModel | null
  /** On this machine, so that a path of the server's is a path here. */
  isLocal: boolean
  url: string
  server: (signal: AbortSignal) => Promise<ServerTraits>
}

export function createOllamaNeeds({ describe, tagged, isLocal, url, server }: NeedsDeps) {
  const blobs = createLocalBlobs()

  async function weightsOf({ weightsPath }: ModelSources): Promise<LocalBlob | null> {
    return isLocal && weightsPath !== null ? blobs.look(weightsPath) : null
  }

  /** Null where one of its files cannot be looked at. */
  async function projectorBytes({ projectorPaths }: ModelSources): Promise<number | null> {
    const sizes = await Promise.all(projectorPaths.map((path) => (isLocal ? blobs.bytes(path) : null)))
    return sizes.reduce<number | null>((sum, bytes) => (sum === null || bytes === null ? null : sum + bytes), 0)
  }

  return async function describeNeed(name: string, signal: AbortSignal): Promise<NeedFacts> {
    const [shown, traits] = await Promise.all([describe(name, signal), server(signal)])
    const { sources, contextParameter, capabilities } = shown
    const [weights, projector] = await Promise.all([weightsOf(sources), projectorBytes(sources)])
    const listed = tagged(name)
    const tensors = weights?.header?.tensors ?? shown.tensors
    // The list counts every file of the model.
    const listedBytes = listed?.sizeBytes ?? null
    const besideBytes = projector ?? bytesBeside(weights?.bytes ?? tensorBytes(tensors), listedBytes)
    const metadata = weights?.header?.metadata ?? shown.modelInfo
    const architecture = metadata?.get('general.architecture')
    const maxContextLength =
      weights?.header?.contextLength ?? shown.maxContextLength ?? listed?.maxContextLength ?? null
    return {
      fingerprint: fingerprintOf(sources) ?? listed?.digest ?? `${name} of unknown weights`,
      path: weights === null ? null : sources.weightsPath,
      weightsBytes: weights?.bytes ?? (listedBytes && Math.max(0, listedBytes - besideBytes)),
      projectorBytes: besideBytes,
      metadata,
      tensors,
      defaultContextLength: defaultContextLength({ contextParameter, maxContextLength }, traits),
      maxContextLength,
      parallel: parallelRequests(
        { architecture: typeof architecture === 'string' ? architecture : null, capabilities },
        traits
      ),
      cacheType: cacheTypeInForce(traits),
      usesFlashAttention: usesFlashAttention(traits),
      engineVersion: engineOf(traits.version, isLocal ? null : url)
    }
  }
}

/** What else the model's files hold: nothing that can be told apart where the weights' own size is not known. */
function bytesBeside(weightsBytes: number | null, listedBytes: number | null): number {
  return weightsBytes === null || listedBytes === null ? 0 : Math.max(0, listedBytes - weightsBytes)
}

function tensorBytes(tensors: TensorFacts | null): number | null {
  return tensors && [...tensors.bytesByType.values()].reduce((sum, bytes) => sum + bytes, 0)
}

/** Another machine has other cards, and its server's word is no measurement of what happens on this one. */
function engineOf(version: string | null, elsewhere: string | null): string {
  const name = version === null ? 'ollama' : `ollama ${version}`
  return elsewhere === null ? name : `${name} at ${elsewhere}`
}

/** Of all files that are loaded together; null where the server names them in another way. */
function fingerprintOf({ weightsPath, projectorPaths, adapterPaths }: ModelSources): string | null {
  const digests = [weightsPath, ...projectorPaths, ...adapterPaths].map((path) => path && blobDigest(path))
  return digests.some((digest) => !digest) ? null : digests.join('+')
}
