/** Downloads from a scripted library: progress by layer, resumed where a cancelled one stopped, errors after the 200. */
import { createHash } from 'node:crypto'
import { text } from './bodyFields.ts'
import { isValidName, withTag } from './fakeModel.ts'
import type { FakePull, FakeState } from './fakeState.ts'
import { HttpError } from './httpError.ts'
import { createLineWriter, sendJson, type Exchange } from './wire.ts'
import { waitOrAbort } from './waiting.ts'

type Write = (line: object) => Promise<void>

export async function pullRoute(state: FakeState, exchange: Exchange): Promise<void> {
  const asked = text(exchange.body['model']) || text(exchange.body['name'])
  if (!isValidName(asked)) throw new HttpError(400, 'invalid model name')
  if (exchange.body['stream'] === false) return pullWhole(state, exchange, asked)
  const lines = createLineWriter(exchange, state.options.splitBytes)
  try {
    await pull(state, asked, lines.write, exchange.signal)
  } catch (error) {
    if (!(error instanceof HttpError) || error.status === 499) throw error
    await lines.write({ error: error.message })
  }
  lines.end()
}

/** Not streamed: only the last status comes, and an error has a status of its own. */
async function pullWhole(state: FakeState, { response, signal }: Exchange, asked: string): Promise<void> {
  let last: object = {}
  const keep: Write = async (line) => {
    last = line
  }
  try {
    await pull(state, asked, keep, signal)
    sendJson(response, 200, last, 'application/json')
  } catch (error) {
    if (!(error instanceof HttpError) || error.status === 499) throw error
    sendJson(response, 500, { error: error.message }, 'application/json')
  }
}

async function pull(state: FakeState, asked: string, write: Write, signal: AbortSignal): Promise<void> {
  await write({ status: 'pulling manifest' })
  const [name = '', tag = ''] = withTag(asked).split(':')
  if (state.options.isOffline) {
    const url = `https://registry.ollama.ai/v2/library/${name}/manifests/${tag}`
    throw new HttpError(
      500,
      `pull model manifest: Get "${url}": dial tcp: lookup registry.ollama.ai on 127.0.0.53:53: no such host`
    )
  }
  const entry = state.options.library[asked] ?? state.options.library[withTag(asked)]
  if (!entry) throw new HttpError(500, 'pull model manifest: file does not exist')
  await pullLayers(state, asked, entry, write, signal)
  for (const status of ['verifying sha256 digest', 'writing manifest', 'success']) await write({ status })
  const sizeBytes = entry.layers.reduce((bytes, layer) => bytes + layer.bytes, 0)
  state.addModel(asked, { sizeBytes, ...entry.model })
}

async function pullLayers(
  state: FakeState,
  asked: string,
  entry: FakePull,
  write: Write,
  signal: AbortSignal
): Promise<void> {
  let came = 0
  for (const [at, layer] of entry.layers.entries()) {
    const digest = layer.digest ?? `sha256:${createHash('sha256').update(`${asked} ${at}`).digest('hex')}`
    const status = `pulling ${digest.slice(7, 19)}`
    const step = Math.ceil(layer.bytes / (entry.steps ?? 4))
    for (let completed = state.partials.get(digest) ?? 0; ; completed = Math.min(layer.bytes, completed + step)) {
      state.partials.set(digest, completed)
      if (entry.failsAt && came + completed >= entry.failsAt.bytes) throw new HttpError(500, entry.failsAt.error)
      // Go leaves a zero out.
      await write({ status, digest, total: layer.bytes, ...(completed === 0 ? {} : { completed }) })
      if (completed === layer.bytes) break
      await waitOrAbort(entry.stepMs ?? 1, signal)
    }
    came += layer.bytes
  }
}
