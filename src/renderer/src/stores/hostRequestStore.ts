/** Mirror of how each host does as one that is asked: breaker, queue, figures, story. */
import { create } from 'zustand'
import type { HostRequests } from '../../../shared/hostRequests.ts'

export interface HostRequestMirror {
  hosts: readonly HostRequests[]
}

export const useHostRequestStore = create<HostRequestMirror>(() => ({ hosts: [] }))

/** All hosts at once, several times a second while much is asked; those that did not change keep their old object. */
export function withHostRequests(mirror: HostRequestMirror, hosts: readonly HostRequests[]): HostRequestMirror {
  const before = new Map(mirror.hosts.map((host) => [host.hostId, host]))
  return {
    hosts: hosts.map((host) => {
      const known = before.get(host.hostId)
      return known !== undefined && JSON.stringify(known) === JSON.stringify(host) ? known : host
    })
  }
}

/** null where it is not known: a core that is older than the page. */
export function useHostRequests(hostId: string): HostRequests | null {
  return useHostRequestStore(({ hosts }) => hosts.find((host) => host.hostId === hostId) ?? null)
}
