/** Short words at the corner: what failed and what to do next, or what was done. */
import { notifications } from '@mantine/notifications'
import { toErrorInfo } from '../../../shared/errors.ts'
import { RequestError } from '../host/requestError.ts'
import { useConnectionStore } from '../stores/connectionStore.ts'

/** `what` names the thing that failed: "qwen3:8b was not unloaded". A cancel is no failure. */
export function notifyFailure(what: string, thrown: unknown): void {
  const { code, message, hint } = thrown instanceof RequestError ? thrown : toErrorInfo(thrown)
  if (code === 'aborted') return
  // Without a connection every request fails; the banner says so once for all.
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

export function notifyDone(message: string): void {
  notifications.show({ message, autoClose: 4_000, 'data-quiet': true })
}
