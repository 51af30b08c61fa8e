/** A model of the fake server: what it is, how fast it is, and how it fails. */
import { createHash } from 'node:crypto'
import { heldBytesOf, type FakeShape } from './modelShape.ts'
import type { FakeAsk } from './scriptedAnswer.ts'

export type Generation = '0.11' | '0.30'

/** How a model behaves; every part can be changed while the fake runs. Left out: it works. */
export interface FakeScript {
  loadMs?: number
  /** From the request to the first token. */
  promptMs?: number
  tokenMs?: number
  /** In place of tokenMs. */
  tokensPerSecond?: number
  tokens?: string[]
  /** In place of `tokens`: what it makes of what reached it, or `[NAME]` and the first 200 letters of that. */
  answer?: 'echo' | ((ask: FakeAsk) => string) | null
  /** Sent before the answer by models that can think, unless asked not to. */
  thinkingTokens?: string[]
  /** The load fails with this text, after loadMs. */
  loadError?: string | null
  /** Waits until it is told otherwise: in the load, before the first token, or after the first one. */
  hangs?: 'load' | 'prompt' | 'stream' | null
  /** After so many tokens the stream ends with this error. */
  failsAfter?: { tokens: number; error: string } | null
  /** After so many tokens the connection breaks. */
  breaksAfter?: number | null
  /** After so many tokens the stream ends properly, but without its last line. */
  endsAfter?: number | null
}

export interface FakeModelSpec extends FakeScript {
  /** Bytes on disk. */
  sizeBytes?: number
  /** Bytes in memory; the old generation reports an estimate above it. */
  heldBytes?: number
  /** The part of it on a GPU. */
  vramBytes?: number
  family?: string
  parameterSize?: string
  quantization?: string
  /** Trained context length. */
  contextLength?: number
  capabilities?: string[]
  /** Options of the Modelfile. */
  parameters?: Record<string, number | string>
  template?: string
  system?: string
  license?: string
  /** Models with the same weights share one engine. Default: weights of its own. */
  weights?: string
  /** Told by /api/show, tensor by tensor; then what it holds follows from it and from the context length. */
  shape?: FakeShape
}

export interface FakeModel extends Required<Omit<FakeModelSpec, keyof FakeScript | 'shape'>> {
  shape: FakeShape | null
  /** With its tag. */
  name: string
  digest: string
  modifiedAt: number
  script: Required<Omit<FakeScript, 'tokensPerSecond'>>
}

const tokens = ['Hello', ' there', ',', ' I', ' am', ' not', ' real', '.']

export function createFakeModel(name: string, spec: FakeModelSpec, modifiedAt: number): FakeModel {
  const sizeBytes = spec.sizeBytes ?? 50_000_000
  return {
    name: withTag(name),
    sizeBytes,
    heldBytes: spec.heldBytes ?? Math.round(sizeBytes * 1.2),
    vramBytes: spec.vramBytes ?? 0,
    family: spec.family ?? 'llama',
    parameterSize: spec.parameterSize ?? '31.79M',
    quantization: spec.quantization ?? 'F16',
    contextLength: spec.contextLength ?? 8192,
    capabilities: spec.capabilities ?? ['completion'],
    parameters: spec.parameters ?? {},
    template: spec.template ?? '{{ .Prompt }}',
    system: spec.system ?? '',
    license: spec.license ?? '',
    weights: spec.weights ?? `sha256-${sha256(`weights of ${withTag(name)}`)}`,
    shape: spec.shape ?? null,
    digest: sha256(`manifest of ${withTag(name)}`),
    modifiedAt,
    script: {
      loadMs: 5,
      promptMs: 2,
      tokenMs: 1,
      tokens,
      answer: null,
      thinkingTokens: [],
      loadError: null,
      hangs: null,
      failsAfter: null,
      breaksAfter: null,
      endsAfter: null,
      ...pickScript(spec)
    }
  }
}

const scriptKeys = [
  'loadMs',
  'promptMs',
  'tokenMs',
  'tokens',
  'answer',
  'thinkingTokens',
  'loadError',
  'hangs',
  'failsAfter',
  'breaksAfter',
  'endsAfter'
] as const

export function pickScript(spec: FakeScript): Omit<FakeScript, 'tokensPerSecond'> {
  const picked = Object.fromEntries(scriptKeys.flatMap((key) => (spec[key] === undefined ? [] : [[key, spec[key]]])))
  return spec.tokensPerSecond === undefined ? picked : { ...picked, tokenMs: 1_000 / spec.tokensPerSecond }
}

export function withTag(name: string): string {
  return name.lastIndexOf(':') > name.lastIndexOf('/') ? name : `${name}:latest`
}

/** What the server calls a model in full. */
export function fullName(name: string): string {
  return `registry.ollama.ai/library/${withTag(name)}`
}

export function isValidName(name: string): boolean {
  return /^(?:[\w.-]+(?::\d+)?\/)*[\w][\w.-]*(?::[\w][\w.-]*)?$/.test(name)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** What it really takes of the memory. */
export function bytesHeld({ heldBytes, shape }: FakeModel, contextLength: number): number {
  return shape === null ? heldBytes : heldBytesOf(shape, contextLength)
}

/** Folder of the blobs, as errors and descriptions name it. */
export function blobPath(model: FakeModel): string {
  return `/MODELS/blobs/${model.weights}`
}
