/** Mirror of the hosts and their health. */
import { create } from 'zustand'
import type { Host } from '../../../shared/model.ts'

export interface HostMirror {
  hosts: readonly Host[]
  isKnown: boolean
}

export const useHostStore = create<HostMirror>(() => ({ hosts: [], isKnown: false }))
