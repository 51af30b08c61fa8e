/** Mirror of what the core says of itself: version, platform, folders, problems at start. */
import { create } from 'zustand'
import type { Output } from '../../../shared/contract.ts'

export type AppInfo = Output<'app.info'>

export const useInfoStore = create<{ info: AppInfo | null }>(() => ({ info: null }))
