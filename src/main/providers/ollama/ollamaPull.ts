/** Downloads through Ollama: progress summed over the layers, failures that come after a 200. */
import type { PullRequest } from 'ollama'
import { StokerError } from '../../../shared/errors.ts'
import type { TransferProgress } from '../provider.ts'
import { parsePullLine } from './ollamaAnswers.ts'
import { classifyOllamaError } from './ollamaErrors.ts'
import type { OllamaHttp } from './ollamaHttp.ts'

/** Aborting closes the connection, which pauses the download: a later pull of the same name goes on from there. */
export async function pullFromLibrary(
  http: OllamaHttp,
  name: string,
  onProgress: (progress: TransferProgress) => void,
  signal: AbortSignal
): Promise<void> {
  const layers = new Map<string, { completed: number; total: number }>()
  const body: PullRequest = { model: name, stream: true }
  let status = ''
  for await (const raw of http.lines('/api/pull', body, signal)) {
    const line = parsePullLine(raw)
    if (line.error !== null) throw classifyOllamaError(null, line.error)
    status = line.status ?? status
    // `completed` is left out while it is 0, so next to a total its absence is a number, not a gap.
    if (line.digest !== null && line.total !== null)
      layers.set(line.digest, { completed: line.completed ?? 0, total: line.total })
    onProgress({ status, ...sum([...layers.values()]) })
  }
  if (status !== 'success')
    throw new StokerError(
      'bad_answer',
      'The download broke off before it was done.',
      'Pull again: it resumes where it stopped.'
    )
}

function sum(layers: { completed: number; total: number }[]): Omit<TransferProgress, 'status'> {
  if (layers.length === 0) return { completedBytes: null, totalBytes: null }
  return {
    completedBytes: layers.reduce((bytes, layer) => bytes + layer.completed, 0),
    totalBytes: layers.reduce((bytes, layer) => bytes + layer.total, 0)
  }
}
