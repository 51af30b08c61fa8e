/** How long each part of a request may take for one model on its host: the setting, or longer by its size and by what was measured. */
import { formatBytes } from '../../shared/byteWords.ts'
import type { TimeoutPhase } from '../../shared/errors.ts'
import type { TimeLimit } from '../../shared/model.ts'
import { formatLimit } from './limitWords.ts'
import type { RequestSettings } from './requestSettings.ts'

/** What is known of a model on its host; unknown is null, or empty. */
export interface MeasuredModel {
  sizeBytes: number | null
  /** Its last loads. */
  loadMs: readonly number[]
  /** How fast it read its prompts. */
  promptTokensPerSecond: number | null
  longestGapMs: number | null
}

export const nothingMeasured: MeasuredModel = {
  sizeBytes: null,
  loadMs: [],
  promptTokensPerSecond: null,
  longestGapMs: null
}

/** What the settings are meant for; twice the size gets twice the time, up to ten times. */
const plainSizeBytes = 8 * 2 ** 30
const mostBySize = 10
/** What took so long once may well take three times as long. */
const slack = 3
/** Of the languages models are asked in; fewer characters per token only make the estimate too short, never the limit. */
const charactersPerToken = 4
/** Nothing is limited by more than this: ten days, which every timer can count. */
const longestMs = 864_000_000

type Longer = { ms: number; reason: string } | null

/** Only these depend on the model. */
const scaled: ReadonlySet<TimeoutPhase> = new Set(['load', 'first_token', 'token_gap'])

/** `measuredOf` is asked only where it matters: most calls of a request have a limit that does not depend on the model. */
export function timeLimitOf(
  phase: TimeoutPhase,
  settings: RequestSettings,
  measuredOf: () => MeasuredModel,
  promptCharacters = 0
): TimeLimit {
  return timeLimit(phase, settings, scaled.has(phase) ? measuredOf() : nothingMeasured, promptCharacters)
}

export function timeLimit(
  phase: TimeoutPhase,
  settings: RequestSettings,
  measured: MeasuredModel,
  promptCharacters = 0
): TimeLimit {
  const settingMs = settings[settingOf[phase]]
  const longer = settings.timeoutScaling === 'on' ? longest(phase, settingMs, measured, promptCharacters) : null
  if (!longer || longer.ms <= settingMs) return { phase, settingMs, limitMs: settingMs, reason: null }
  return { phase, settingMs, limitMs: Math.min(Math.round(longer.ms), longestMs), reason: longer.reason }
}

/** Every limit of a model, in the order in which they are met. */
export function timeLimits(settings: RequestSettings, measured: MeasuredModel): TimeLimit[] {
  const phases = Object.keys(settingOf) as TimeoutPhase[]
  return phases.map((phase) => timeLimit(phase, settings, measured))
}

const settingOf = {
  connect: 'connectTimeoutMs',
  api: 'apiTimeoutMs',
  download: 'downloadTimeoutMs',
  load: 'loadTimeoutMs',
  queue: 'queueTimeoutMs',
  first_token: 'firstTokenTimeoutMs',
  token_gap: 'tokenGapTimeoutMs',
  total: 'requestTimeoutMs'
} as const satisfies Record<TimeoutPhase, keyof RequestSettings>

function longest(phase: TimeoutPhase, settingMs: number, measured: MeasuredModel, promptCharacters: number): Longer {
  const byPhase: Partial<Record<TimeoutPhase, Longer[]>> = {
    load: [bySize(settingMs, measured), byLoads(measured)],
    first_token: [bySize(settingMs, measured), byPrompt(measured, promptCharacters)],
    token_gap: [bySize(settingMs, measured), byGap(measured)]
  }
  return (byPhase[phase] ?? []).reduce((most, one) => (one && one.ms > (most?.ms ?? 0) ? one : most), null)
}

function bySize(settingMs: number, { sizeBytes }: MeasuredModel): Longer {
  if (sizeBytes === null || !(sizeBytes > 0)) return null
  const factor = Math.min(Math.max(1, sizeBytes / plainSizeBytes), mostBySize)
  return { ms: settingMs * factor, reason: `${formatBytes(sizeBytes)} of weights` }
}

function byLoads({ loadMs }: MeasuredModel): Longer {
  const most = Math.max(0, ...loadMs.filter(isDuration))
  return { ms: most * slack, reason: `a load took ${formatLimit(most)} here` }
}

function byPrompt({ promptTokensPerSecond: speed }: MeasuredModel, characters: number): Longer {
  if (speed === null || !isDuration(speed) || speed === 0 || characters === 0) return null
  const tokens = Math.ceil(characters / charactersPerToken)
  const ms = (tokens / speed) * 1_000
  return { ms: ms * slack, reason: `about ${tokens} tokens of prompt take ${formatLimit(ms)} here` }
}

function byGap({ longestGapMs }: MeasuredModel): Longer {
  if (longestGapMs === null || !isDuration(longestGapMs)) return null
  return { ms: longestGapMs * slack, reason: `a token took ${formatLimit(longestGapMs)} here` }
}

function isDuration(value: number): boolean {
  return Number.isFinite(value) && value >= 0
}
