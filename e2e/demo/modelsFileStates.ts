/** models.yaml as it is looked at: in use, and with mistakes. */
import type { ModelsFile } from '../../src/shared/modelsFile.ts'
import type { DemoState } from './state.ts'

const aliases: ModelsFile['aliases'] = [
  { name: 'coder', target: { hostId: 'ollama', name: 'qwen3:8b' }, line: 18, isMissing: false },
  { name: 'reviewer', target: { hostId: 'ollama', name: 'qwen3:8b' }, line: 19, isMissing: false },
  { name: 'writer', target: { hostId: 'ollama', name: 'mistral-nemo:12b' }, line: 20, isMissing: true }
]

const models: ModelsFile['models'] = [
  {
    name: 'qwen-coder',
    path: '~/models/qwen2.5-coder-7b-instruct-q4_k_m.gguf',
    loader: 'llama.cpp',
    contextLength: 16_384,
    options: { temperature: 0.2, topP: 0.9, stop: ['###'] },
    line: 3
  },
  {
    name: 'translator-for-incoming-documents',
    path: '/Volumes/Models/gguf/towerinstruct/towerinstruct-mistral-7b-v0.2.Q5_K_M.gguf',
    loader: 'llama.cpp',
    contextLength: null,
    options: {},
    line: 11
  }
]

const problems: ModelsFile['problems'] = [
  { line: 15, message: '“draft” is left out: context_length must be a whole number of tokens from 4 to 16777216.' },
  { line: 20, message: 'The alias “writer” points at “mistral-nemo:12b”, which is not on Ollama just now.' }
]

/** Each from an everyday machine. */
export const modelsFileStates: Record<string, (base: DemoState) => DemoState> = {
  modelsFile: (base) => ({ ...base, modelsFile: { ...base.modelsFile, exists: true, aliases, models, problems } }),
  modelsFileReadOnly: (base) => ({ ...base, modelsFile: { ...base.modelsFile, path: '/read-only/models.yaml' } })
}
