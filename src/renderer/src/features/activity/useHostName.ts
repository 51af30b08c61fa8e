/** How hosts are called, for sentences about them. */
import { useCallback } from 'react'
import { useHostStore } from '../../stores/hostStore.ts'
import type { HostName } from './sentence.ts'

export function useHostName(): HostName {
  const hosts = useHostStore((mirror) => mirror.hosts)
  return useCallback((hostId) => hosts.find((host) => host.id === hostId)?.name ?? null, [hosts])
}
