/** Which hosts are missed when they are down: every one that somebody configured, and every one that has answered. Pure. */
import type { Host, HostConfig } from '../../shared/model.ts'

/**
 * `usual`: what is tried where nothing is configured. `heldId`: the host whose address the environment says. A usual one that never
 * answered is simply not there: on a machine without Ollama nothing is wrong.
 */
export function createHostExpectation(
  usual: readonly HostConfig[],
  heldId: string | null
): (host: Pick<Host, 'id' | 'kind' | 'url' | 'version'>) => boolean {
  return ({ id, kind, url, version }) => {
    const isUsual = kind !== 'llamacpp' && usual.some((host) => host.id === id && host.url === url)
    return !isUsual || id === heldId || version !== null
  }
}
