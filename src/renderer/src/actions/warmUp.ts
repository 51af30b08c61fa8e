/** Warms up one model now: loaded, and asked for one token, so that the next answer begins at once. */
import type { ModelId } from '../../../shared/model.ts'
import { request } from '../host/client.ts'
import { formatDuration } from '../lib/format.ts'
import { isConnectedFor, notifyDone, notifyFailure, notifyNoted } from './notify.ts'

export async function warmUp(id: ModelId): Promise<void> {
  const what = `${id.name} was not warmed up`
  if (!isConnectedFor(what)) return
  try {
    const { results } = await request('warmup.runNow', { ids: [id] })
    const [result] = results
    if (result === undefined) return
    const { outcome, durationMs, error } = result
    if (outcome === 'warm') notifyDone(`${id.name} was warm already.`)
    else if (outcome === 'ready')
      notifyDone(`${id.name} is ready${durationMs === null ? '' : `, in ${formatDuration(durationMs)}`}.`)
    else notifyNoted([`${what}.`, error?.message, error?.hint].filter(Boolean).join(' '))
  } catch (thrown) {
    notifyFailure(what, thrown)
  }
}
