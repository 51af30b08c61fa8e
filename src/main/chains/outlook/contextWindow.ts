/** How many tokens a step has for prompt and answer together: the smallest of what model, memory and people allow, and which it is. Pure. */
import type { StepOutlook } from '../../../shared/plan.ts'
import { formatCount } from '../prompt/promptCuts.ts'

export interface WindowLimits {
  /** What the model was trained for; null: unknown. */
  modelTokens: number | null
  /** The most with which it fits the memory, alone beside what must stay; null: unknown, or more than anybody asks for. */
  memoryTokens: number | null
  /** The step's own limit. */
  stepTokens: number | null
  /** Of the settings, also for steps that ask for more; 0: by size, where the step does not say. Null: a model of another machine, which these are not for. */
  settingTokens: number | null
  /** As people write them: "8.2B"; for the limit by size. */
  parameters: string | null
  /** What it is loaded with just now; for a model of another machine whose window nobody says. */
  loadedTokens: number | null
}

export type Window = Pick<StepOutlook, 'windowTokens' | 'windowLimitedBy' | 'windowWords'>

export function contextWindow(limits: WindowLimits): Window {
  const wish = wishedWindow(limits)
  const { modelTokens, memoryTokens } = limits
  const asked = wish.windowTokens
  if (asked === null) return wish
  const model = modelTokens ?? Infinity
  const memory = memoryTokens ?? Infinity
  if (memory < Math.min(asked, model)) {
    return window(memory, 'memory', `${formatCount(memory)}: more does not fit the memory`)
  }
  if (model < asked) return window(model, 'model', `${formatCount(model)}: the model can no more`)
  return wish
}

/** What people ask for, whatever model and memory allow. */
export function wishedWindow({ stepTokens, settingTokens, parameters, loadedTokens }: WindowLimits): Window {
  if (stepTokens !== null && settingTokens !== null && settingTokens > 0 && settingTokens < stepTokens)
    return window(settingTokens, 'setting', `${formatCount(settingTokens)}: the settings allow no more`)
  if (stepTokens !== null) return window(stepTokens, 'step', `${formatCount(stepTokens)} as the step says`)
  if (settingTokens === null) {
    // Another machine's memory is its own affair, and so is what it gives: asking for more would load the model anew there.
    const words = loadedTokens === null ? 'left to its server' : `${formatCount(loadedTokens)} as it is loaded`
    return { windowTokens: loadedTokens, windowLimitedBy: null, windowWords: words }
  }
  if (settingTokens > 0) return window(settingTokens, 'setting', `${formatCount(settingTokens)} as the settings say`)
  const billions = readBillions(parameters)
  const tokens = tokensBySize(billions)
  const size = billions === null ? 'a model of unknown size' : `a model of ${parameters}`
  return window(tokens, 'setting', `${formatCount(tokens)} for ${size}`)
}

/** From the size on, in billions of parameters; what lies between 7 and 72 are steps of twice as much. */
const bySize = [
  { fromBillions: 72, tokens: 32_768 },
  { fromBillions: 32, tokens: 16_384 },
  { fromBillions: 14, tokens: 8_192 }
]
const smallest = 4_096

export function tokensBySize(billions: number | null): number {
  return bySize.find(({ fromBillions }) => (billions ?? 0) >= fromBillions)?.tokens ?? smallest
}

/** "8.2B", "334M", "8x7B"; null for anything else. */
export function readBillions(parameters: string | null): number | null {
  const [, experts = '1', number, unit = ''] =
    /^\s*(?:(\d{1,3})x)?(\d{1,6}(?:\.\d{1,6})?)\s*([KMBT])\s*$/i.exec(parameters ?? '') ?? []
  if (number === undefined) return null
  const scale = { K: 1e-6, M: 1e-3, B: 1, T: 1e3 }[unit.toUpperCase()] ?? 1
  return Number(experts) * Number(number) * scale
}

function window(tokens: number, limitedBy: NonNullable<Window['windowLimitedBy']>, words: string): Window {
  return { windowTokens: tokens, windowLimitedBy: limitedBy, windowWords: words }
}
