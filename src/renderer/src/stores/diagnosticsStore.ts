/** Mirror of the kept results of the test bench and of "Check this machine"; null before they are known. */
import { create } from 'zustand'
import type { Diagnostics } from '../../../shared/diagnostics.ts'

export const useDiagnosticsStore = create<{ diagnostics: Diagnostics | null }>(() => ({ diagnostics: null }))
