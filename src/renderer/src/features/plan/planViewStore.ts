/** Whether the plan is unfolded, wherever one is shown. */
import { create } from 'zustand'

export const usePlanViewStore = create<{ isOpen: boolean }>(() => ({ isOpen: true }))
