/** Everything a person can do to a host. */
import type { HostConfig } from '../../../shared/model.ts'
import { request } from '../host/client.ts'
import { isConnectedFor, notifyFailure } from './notify.ts'

export async function checkHost(hostId: string): Promise<void> {
  const what = 'The host was not checked'
  if (!isConnectedFor(what)) return
  try {
    await request('hosts.check', { hostId })
  } catch (thrown) {
    notifyFailure(what, thrown)
  }
}

/** Throws a RequestError: the dialog that asks shows it beside its fields. */
export async function saveHost(host: HostConfig): Promise<void> {
  await request('hosts.save', { host })
}

export async function removeHost(hostId: string, name: string): Promise<void> {
  const what = `${name} was not removed`
  if (!isConnectedFor(what)) return
  try {
    await request('hosts.remove', { hostId })
  } catch (thrown) {
    notifyFailure(what, thrown)
  }
}
