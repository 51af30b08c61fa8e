/** What a scripted core knows: plain data, handed to the page as JSON. */
import type { ActivityEvent } from '../../src/shared/activity.ts'
import type { Output } from '../../src/shared/contract.ts'
import type { Check, Diagnostics } from '../../src/shared/diagnostics.ts'
import type { HostRequests } from '../../src/shared/hostRequests.ts'
import type { MemoryPoint, MemorySample } from '../../src/shared/memory.ts'
import type { Host, Model, ModelDetails, Saving, TimeLimit } from '../../src/shared/model.ts'
import type { ModelsFile } from '../../src/shared/modelsFile.ts'
import type { NeedSource } from '../../src/shared/need.ts'
import type { Operation, OperationProgress } from '../../src/shared/operation.ts'
import type { RuleState } from '../../src/shared/schedule.ts'
import type { SettingState } from '../../src/shared/settings.ts'
import type { DemoChain, DemoSample } from './chains.ts'
import type { DemoInput } from './inputs.ts'
import type { DemoRun } from './runs.ts'

export interface DemoState {
  info: Output<'app.info'>
  hosts: Host[]
  models: Model[]
  sample: MemorySample
  points: MemoryPoint[]
  events: ActivityEvent[]
  settings: SettingState[]
  operations: Operation[]
  /** Breaker, queue, figures and story, a host each. */
  requests: HostRequests[]
  savings: Saving[]
  /** By model key; a model without an entry has the settings' own. */
  limits: Record<string, TimeLimit[]>
  rules: RuleState[]
  /** The machine's, IANA. */
  timeZone: string
  /** Said instead of a preview; null: it answers. */
  previewFailure: string | null
  /** Said instead of saving a rule. */
  scheduleFailure: string | null
  diagnostics: Diagnostics
  /** What the next "Check this machine" finds. */
  demoChecks: Check[]
  modelsFile: ModelsFile
  chains: DemoChain[]
  chainSamples: DemoSample[]
  runs: DemoRun[]
  inputs: DemoInput[]
  /** From one piece of an answer of a run to the next. */
  runPieceMs: number
  /** Its work waits from the beginning, until a story lets it go on. */
  isHeld: boolean
  /** Said instead of saving a chain. */
  chainFailure: string | null
  /** What an answer says of itself before its first word, one after the other. */
  waits: OperationProgress[]
  waitMs: number
  /** By model key; a model without an entry answers with little. */
  details: Record<string, ModelDetails>
  /** Where every predicted need is from; null: by the model. */
  needSource: NeedSource | null
  /** Every load is refused unless it is insisted on: the page knew better, or less, than the core. */
  isRefusing: boolean
  /** Whether memory is seen to come back after an unload. */
  isUnloadSeen: boolean
  /** A new sample every second, as from a live machine. */
  isLive: boolean
  /** Requests never answer: the page's first moment. */
  isSilent: boolean
  loadMs: number
}
