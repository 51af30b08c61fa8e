/** The options an engine is started with, and when a request asks for other ones: then the server loads the model anew. */
import type { FakeModel, Generation } from './fakeModel.ts'
import { HttpError } from './httpError.ts'

export interface EngineSettings {
  /** As /api/ps tells it: the old generation tells what was asked for, the new one what the model can do. */
  contextLength: number
  /** Neither the request nor the Modelfile named a context length. */
  isAutomatic: boolean
  /** The other options that only a new start can change. */
  others: string
}

const otherOptions = ['num_batch', 'num_gpu', 'main_gpu', 'use_mmap', 'num_thread']
const integers = [
  'num_ctx',
  'num_predict',
  'num_batch',
  'num_gpu',
  'main_gpu',
  'num_thread',
  'top_k',
  'seed',
  'repeat_last_n'
]
const floats = ['temperature', 'top_p', 'min_p', 'repeat_penalty', 'presence_penalty', 'frequency_penalty']

export function settingsFor(
  model: FakeModel,
  options: Record<string, unknown>,
  { generation, defaultContext }: { generation: Generation; defaultContext: number }
): EngineSettings {
  checkTypes(options)
  const all: Record<string, unknown> = { ...model.parameters, ...options }
  const asked = typeof all['num_ctx'] === 'number' ? Math.trunc(all['num_ctx']) : null
  const wanted = Math.max(4, asked ?? defaultContext)
  return {
    contextLength: generation === '0.30' ? Math.min(wanted, model.contextLength) : wanted,
    isAutomatic: asked === null,
    others: JSON.stringify(
      otherOptions.map((key) => (key === 'num_gpu' && all[key] === -1 ? null : (all[key] ?? null)))
    )
  }
}

export function needsReload(running: EngineSettings, asked: EngineSettings, generation: Generation): boolean {
  if (running.others !== asked.others) return true
  if (generation === '0.30' && running.isAutomatic && asked.isAutomatic) return false
  return running.contextLength !== asked.contextLength
}

/** Unknown options are ignored; known ones of the wrong type are an error of the server's, status 500. */
function checkTypes(options: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(options)) {
    if (value === null || value === undefined) continue
    const wrong =
      (integers.includes(key) && typeof value !== 'number' && 'integer') ||
      (floats.includes(key) && typeof value !== 'number' && 'float32') ||
      (key === 'stop' && !Array.isArray(value) && 'array')
    if (wrong) throw new HttpError(500, `option "${key}" must be of type ${wrong}`)
  }
}
