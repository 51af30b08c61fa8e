/** How the page's connection to the core stands. */
import { create } from 'zustand'
import type { Connection } from '../host/transport.ts'

export interface ConnectionMirror {
  connection: Connection
  /** When it was lost; null while it holds. */
  lostAt: number | null
}

export const useConnectionStore = create<ConnectionMirror>(() => ({ connection: 'connecting', lostAt: null }))
