/** A model file as the rest of Stoker speaks of it. Pure. */
import type { ModelDetails } from '../../../shared/model.ts'
import type { InstalledModel } from '../provider.ts'
import type { FolderModel } from './gguf/modelFolder.ts'

export function installedModel({ name, sizeBytes, header, problem }: FolderModel): InstalledModel {
  return {
    name,
    sizeBytes,
    maxContextLength: header?.contextLength ?? null,
    parameters: header ? parameterWords(header.parameterCount) : null,
    quantization: header?.quantization ?? null,
    architecture: header?.architecture ?? null,
    capabilities: header ? [isEmbedder(header.architecture) ? 'embedding' : 'completion'] : null,
    digest: null,
    isSample: header?.isSample ?? false,
    problem: problem && {
      code: problem.code === 'unknown_architecture' ? 'unknown_architecture' : 'bad_model_file',
      message: problem.message,
      hint: problem.hint
    }
  }
}

/** The template is shown by itself, and a value as long as a book is not a fact. */
const maxValueLength = 2_000
const shownApart = new Set(['tokenizer.chat_template', 'general.license'])

export function fileDetails({
  path,
  header
}: FolderModel): Pick<ModelDetails, 'template' | 'license' | 'metadata' | 'path'> {
  const entries = [...(header?.metadata ?? [])]
  const text = (key: string): string | null => {
    const value = header?.metadata.get(key)
    return typeof value === 'string' ? value : null
  }
  return {
    template: text('tokenizer.chat_template'),
    license: text('general.license'),
    metadata: entries.flatMap(([key, value]) => {
      if (shownApart.has(key) || typeof value === 'object') return []
      return [{ key, value: typeof value === 'string' ? value.slice(0, maxValueLength) : finite(value) }]
    }),
    path
  }
}

/** 8_030_000_000 -> "8.0B", 268_000 -> "268K". */
export function parameterWords(count: number): string {
  const [unit, size] =
    count >= 999_500_000 ? (['B', 1e9] as const) : count >= 999_500 ? (['M', 1e6] as const) : (['K', 1e3] as const)
  const value = count / size
  return `${unit === 'B' ? value.toFixed(1) : Math.round(value)}${unit}`
}

/** JSON has no infinity, and a float in a header may be one. */
function finite(value: number | boolean): number | boolean | string {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

function isEmbedder(architecture: string): boolean {
  return /bert|embed|t5encoder/.test(architecture)
}
