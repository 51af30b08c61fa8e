/** Mirror of the schedule's rules, in their order. */
import { create } from 'zustand'
import type { RuleState } from '../../../shared/schedule.ts'

export const useRuleStore = create<{ rules: readonly RuleState[]; isKnown: boolean }>(() => ({
  rules: [],
  isKnown: false
}))
