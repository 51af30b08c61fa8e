/** Short words at the corner: what failed and what to do next, or what was done. */
import { notifications } from '@mantine/notifications'
import { toErrorInfo } from '../../../shared/errors.ts'
import { RequestError } from '../host/requestError.ts'
import { useConnectionStore } from '../stores/connectionStore.ts'

/** Whether there is a core to ask; where there is none, says what was not done. `what` as for a failure. */
export function isConnectedFor(what: string): boolean {
  if (useConnectionStore.getState().connection === 'open') return true
  notifications.show({
    id: 'not connected',
    title: 'Not connected',
    message: `${what}.`,
    color: 'yellow',
    autoClose: 6_000
  })
  return false
}

/** `what` names the thing that failed: "qwen3:8b was not unloaded". A cancel is no failure. */
export function notifyFailure(what: string, thrown: unknown): void {
  const { code, message, hint } = thrown instanceof RequestError ? thrown : toErrorInfo(thrown)
  if (code === 'aborted') return
  // A connection that breaks fails every request under way; the banner says so once for all.
  if (useConnectionStore.getState().connection !== 'open') return
  notifications.show({
    // The same failure twice replaces itself instead of piling up.
    id: `failure ${what} ${code}`,
    title: what,
    message: hint === null ? message : `${message} ${hint}`,
    color: code === 'model_busy' || code === 'limit_reached' || code === 'server_busy' ? 'yellow' : 'red',
    autoClose: 10_000
  })
}

export function notifyProblem(title: string, message: string): void {
  notifications.show({ id: `problem ${title}`, title, message, color: 'red', autoClose: 10_000 })
}

/** `id`: what is done again and again is said once. */
export function notifyDone(message: string, id?: string): void {
  notifications.show({ ...(id !== undefined && { id }), message, autoClose: 4_000, 'data-quiet': true })
}

/** Done, but with something to read: it stays longer, and is marked. */
export function notifyNoted(message: string): void {
  notifications.show({ message, color: 'yellow', autoClose: 10_000 })
}
