/**
 * Ollama's answers, read with suspicion: fields may be missing, new or wrong, and a server of 2023 lacks half of them. What is
 * not there, or makes no sense, is null; no number is ever made up.
 */
import { z } from 'zod'
import { StokerError } from '../../../shared/errors.ts'
import type { ModelMetadata, TensorFacts } from '../provider.ts'
import {
  isScalar,
  readContextParameter,
  readModelInfo,
  readSources,
  readTensors,
  type ModelSources
} from './shownWeights.ts'

const text = z.string().nullable().catch(null)
const filledText = z.string().min(1).nullable().catch(null)
const count = z.number().int().nonnegative().nullable().catch(null)
const positive = z.number().int().positive().nullable().catch(null)
const texts = z.array(z.string()).nullable().catch(null)

const detailsSchema = z
  .object({ family: filledText, parameter_size: filledText, quantization_level: filledText, context_length: positive })
  .catch({ family: null, parameter_size: null, quantization_level: null, context_length: null })

const taggedSchema = z.object({
  name: filledText,
  model: filledText,
  size: count,
  digest: filledText,
  details: detailsSchema,
  capabilities: texts,
  remote_host: filledText
})

export interface TaggedModel {
  name: string
  sizeBytes: number | null
  digest: string | null
  parameters: string | null
  quantization: string | null
  architecture: string | null
  /** null on servers before 0.30, which do not say. */
  capabilities: string[] | null
  maxContextLength: number | null
}

/** The answer of /api/tags, without models that only stand for one in a cloud: those hold no memory here. */
export function parseTags(answer: unknown): TaggedModel[] {
  return modelsOf(answer).flatMap((entry) => {
    const tagged = taggedSchema.safeParse(entry).data
    const name = tagged?.name ?? tagged?.model
    if (!tagged || !name || tagged.remote_host) return []
    return {
      name,
      sizeBytes: tagged.size,
      digest: tagged.digest,
      parameters: tagged.details.parameter_size,
      quantization: tagged.details.quantization_level,
      architecture: tagged.details.family,
      capabilities: tagged.capabilities,
      maxContextLength: tagged.details.context_length
    }
  })
}

const runningSchema = z.object({
  name: filledText,
  model: filledText,
  size: positive,
  size_vram: count,
  digest: filledText,
  context_length: positive,
  expires_at: text
})

export interface RunningModel {
  name: string
  digest: string | null
  heldBytes: number | null
  gpuBytes: number | null
  contextLength: number | null
  /** When it leaves; null: never, or the server does not say. */
  expiresAt: number | null
  /** The same as it was written, also where that is never. */
  writtenExpiry: string | null
}

/** A keep-alive "for ever" is written as a date some 292 years ahead. */
const neverMs = 100 * 365.25 * 86_400_000

/** The answer of /api/ps. */
export function parsePs(answer: unknown, now: number): RunningModel[] {
  return modelsOf(answer).flatMap((entry) => {
    const running = runningSchema.safeParse(entry).data
    const name = running?.name ?? running?.model
    if (!running || !name) return []
    const { size, size_vram: vram } = running
    return {
      name,
      digest: running.digest,
      heldBytes: size,
      // More on the GPU than in all is a server's mistake, and Ollama's own client calls it unknown too.
      gpuBytes: size === null || vram === null || vram > size ? null : vram,
      contextLength: running.context_length,
      expiresAt: parseExpiry(running.expires_at, now),
      writtenExpiry: running.expires_at
    }
  })
}

function parseExpiry(written: string | null, now: number): number | null {
  const at = Date.parse(written ?? '')
  // Go's zero time (year 1) means that nothing was set.
  if (Number.isNaN(at) || at <= 0) return null
  return at - now > neverMs ? null : at
}

const showSchema = z.object({
  modelfile: text,
  parameters: filledText,
  template: filledText,
  system: filledText,
  license: filledText,
  capabilities: texts,
  model_info: z.record(z.string(), z.unknown()).nullable().catch(null),
  tensors: z.unknown().optional()
})

export interface ShownModel {
  template: string | null
  system: string | null
  license: string | null
  parametersText: string | null
  capabilities: string[] | null
  maxContextLength: number | null
  path: string | null
  sources: ModelSources
  /** The Modelfile's own context length. */
  contextParameter: number | null
  modelInfo: ModelMetadata | null
  tensors: TensorFacts | null
  metadata: { key: string; value: string | number | boolean }[]
}

/** The answer of /api/show. */
export function parseShow(answer: unknown): ShownModel {
  const shown = showSchema.safeParse(answer).data
  if (!shown) throw notOllama('a model description', answer)
  const info = shown.model_info ?? {}
  const sources = readSources(shown.modelfile ?? '')
  const metadata = Object.entries(info).flatMap(([key, value]) => (isScalar(value) ? [{ key, value }] : []))
  return {
    template: shown.template,
    system: shown.system,
    license: shown.license,
    parametersText: shown.parameters,
    capabilities: shown.capabilities,
    maxContextLength: positive.parse(info[`${text.parse(info['general.architecture']) ?? ''}.context_length`]),
    path: sources.weightsPath,
    sources,
    contextParameter: readContextParameter(shown.parameters),
    modelInfo: readModelInfo(shown.model_info),
    tensors: readTensors(shown.tensors),
    metadata
  }
}

/** The answer of /api/version; null where the server does not know its own (a build without one says 0.0.0). */
export function parseVersion(answer: unknown): string | null {
  const version = z.object({ version: z.string() }).safeParse(answer).data?.version
  if (version === undefined) throw notOllama('a version', answer)
  return version === '' || version === '0.0.0' ? null : version
}

const answerLineSchema = z.object({
  response: text,
  message: z.object({ content: text }).nullable().catch(null),
  done: z.boolean().catch(false),
  done_reason: filledText,
  prompt_eval_count: count,
  eval_count: count,
  eval_duration: count,
  error: text
})
export interface AnswerLine extends Omit<z.infer<typeof answerLineSchema>, 'response' | 'message'> {
  /** What the model says; what it thinks is elsewhere in the line, and left there. */
  text: string | null
}

/** One line of /api/generate or of /api/chat, which differ in nothing but the place of the text. */
export function parseAnswerLine(line: unknown): AnswerLine {
  const parsed = answerLineSchema.safeParse(line).data
  if (!parsed) throw notOllama('a part of an answer', line)
  const { response, message, ...rest } = parsed
  return { ...rest, text: response ?? message?.content ?? null }
}

const pullLineSchema = z.object({ status: text, digest: filledText, total: count, completed: count, error: text })
export type PullLine = z.infer<typeof pullLineSchema>

/** One line of /api/pull. */
export function parsePullLine(line: unknown): PullLine {
  const parsed = pullLineSchema.safeParse(line).data
  if (!parsed) throw notOllama('the progress of a download', line)
  return parsed
}

/** `models` is an array; some versions write null for an empty one. */
function modelsOf(answer: unknown): unknown[] {
  const parsed = z.object({ models: z.array(z.unknown()).nullable() }).safeParse(answer).data
  if (!parsed) throw notOllama('a list of models', answer)
  return parsed.models ?? []
}

function notOllama(expected: string, answer: unknown): StokerError {
  const came = (JSON.stringify(answer) ?? 'nothing').slice(0, 80)
  return new StokerError(
    'bad_answer',
    `Ollama should have sent ${expected}, but sent ${came}.`,
    'Another program may answer at this address: check it.'
  )
}
