/** What is ticked in the What-if panel, what the core said to it, and what is being done: kept while one visits other screens. */
import { create } from 'zustand'
import type { WhatIf } from '../../../../../shared/fit.ts'
import type { WhatIfRun } from './runWhatIf.ts'
import { noChoice, type WhatIfChoice } from './whatIfChoice.ts'

interface WhatIfState {
  choice: WhatIfChoice
  /** The newest answer, perhaps to the choice before this one. */
  answer: WhatIf | null
  /** Why the newest question was not answered. */
  failure: unknown
  run: WhatIfRun | null
  search: string
}

export const useWhatIfStore = create<WhatIfState>(() => ({
  choice: noChoice,
  answer: null,
  failure: null,
  run: null,
  search: ''
}))

export function choose(step: (choice: WhatIfChoice) => WhatIfChoice): void {
  useWhatIfStore.setState(({ choice }) => ({ choice: step(choice) }))
}
