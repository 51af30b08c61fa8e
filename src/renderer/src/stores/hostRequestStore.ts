/** Mirror of how each host does as one that is asked: breaker, queue, figures, story. */
import { create } from 'zustand'
import type { HostRequests } from '../../../shared/hostRequests.ts'

export const useHostRequestStore = create<{ hosts: readonly HostRequests[] }>(() => ({ hosts: [] }))
