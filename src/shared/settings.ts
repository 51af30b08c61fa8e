/** Every setting once: its type, default, range, unit and words. Environment names follow from the setting's own name. */
import { z } from 'zod'
import { chainSettings } from './chainSettings.ts'
import { choice, settingGroupNames, whole, type SettingDefinition } from './settingKinds.ts'

export { settingGroupNames, type SettingDefinition, type SettingGroupName } from './settingKinds.ts'

const hourMs = 3_600_000

export const settingDefinitions = {
  maxLoadedModels: whole({
    default: 2,
    min: 1,
    max: 64,
    unit: 'models',
    label: 'Loaded models at most',
    help: 'Before one more is loaded, the least recently used one that is neither pinned nor answering is unloaded.',
    group: 'Models'
  }),
  defaultKeepAliveSeconds: {
    schema: z.coerce.number().min(-1).max(31_536_000),
    default: 600,
    range: { min: -1, max: 31_536_000 },
    choices: null,
    label: 'Keep loaded',
    help: 'How long a model stays after its last use. 0 unloads at once, -1 keeps it always.',
    unit: 's',
    group: 'Models'
  },
  keepAliveReaction: choice({
    choices: ['tell', 'restore'],
    default: 'tell',
    label: 'When another program changes it',
    help: 'Other programs can tell Ollama another time. Say so, or put yours back.',
    group: 'Models'
  }),
  engineThreads: whole({
    default: 0,
    min: 0,
    max: 256,
    unit: 'threads',
    label: 'Engine threads',
    help: 'Threads of the built-in engine on a CPU. 0 means one less than the physical cores: more is slower.',
    group: 'Models'
  }),
  reserveBytes: whole({
    default: 0,
    min: 0,
    max: 2 ** 50,
    unit: 'bytes',
    label: 'Kept for the system',
    help: 'Kept back from what the machine can give to models. 0 means by machine size.',
    group: 'Memory'
  }),
  pressureReaction: choice({
    choices: ['offer', 'unload'],
    default: 'offer',
    label: 'Under memory pressure',
    help: 'Offer to unload idle models, or unload the least recently used one by itself. Never a pinned or an answering one.',
    group: 'Memory'
  }),
  engineCacheType: choice({
    choices: ['f16', 'q8_0', 'q4_0'],
    default: 'f16',
    label: 'Context cache of the built-in engine',
    help: 'q8_0 halves what a long context takes, q4_0 quarters it; answers may become less exact. In force with the next load.',
    group: 'Memory'
  }),
  connectTimeoutMs: whole({
    default: 10_000,
    min: 100,
    max: 300_000,
    unit: 'ms',
    label: 'Connection within',
    help: 'For a server to take the connection at all.',
    group: 'Timeouts'
  }),
  apiTimeoutMs: whole({
    default: 30_000,
    min: 100,
    max: 600_000,
    unit: 'ms',
    label: 'Server answers within',
    help: 'For lists and details. Loads, downloads and answers have their own limits.',
    group: 'Timeouts'
  }),
  downloadTimeoutMs: whole({
    default: 1_200_000,
    min: 100,
    max: 24 * hourMs,
    unit: 'ms',
    label: 'Download moves within',
    help: 'The longest standstill of a download. One that moves, however slowly, is never cut off.',
    group: 'Timeouts'
  }),
  loadTimeoutMs: whole({
    default: 300_000,
    min: 100,
    max: 24 * hourMs,
    unit: 'ms',
    label: 'Load is late after',
    help: 'A load that takes longer is said to be late. It goes on until it is done or you cancel it.',
    group: 'Timeouts'
  }),
  firstTokenTimeoutMs: whole({
    default: 60_000,
    min: 100,
    max: hourMs,
    unit: 'ms',
    label: 'First token within',
    help: 'Counted once the model is loaded and its turn has come. More for large models and long prompts.',
    group: 'Timeouts'
  }),
  tokenGapTimeoutMs: whole({
    default: 60_000,
    min: 100,
    max: hourMs,
    unit: 'ms',
    label: 'Next token within',
    help: 'The longest silence in the middle of an answer. More for large models.',
    group: 'Timeouts'
  }),
  requestTimeoutMs: whole({
    default: 1_800_000,
    min: 100,
    max: 24 * hourMs,
    unit: 'ms',
    label: 'Whole answer within',
    help: 'From the first attempt to the last token, retries included. Waiting for a load or a turn does not count.',
    group: 'Timeouts'
  }),
  timeoutScaling: choice({
    choices: ['on', 'off'],
    default: 'on',
    label: 'More time for large models',
    help: 'Load, first token and next token get longer by size and by what was measured for the model here, never shorter.',
    group: 'Timeouts'
  }),
  localRetryAttempts: whole({
    default: 3,
    min: 1,
    max: 20,
    unit: 'attempts',
    label: 'Attempts, servers on this machine',
    help: 'The first one counts. What cannot succeed, such as a missing model or too little memory, is never tried again.',
    group: 'Retries'
  }),
  localRetryFirstDelayMs: whole({
    default: 1_000,
    min: 10,
    max: 600_000,
    unit: 'ms',
    label: 'First pause, servers on this machine',
    help: 'Doubled with every further attempt, with some chance in it.',
    group: 'Retries'
  }),
  localRetryMaxDelayMs: whole({
    default: 8_000,
    min: 10,
    max: hourMs,
    unit: 'ms',
    label: 'Longest pause, servers on this machine',
    help: 'No pause between two attempts is longer.',
    group: 'Retries'
  }),
  remoteRetryAttempts: whole({
    default: 5,
    min: 1,
    max: 20,
    unit: 'attempts',
    label: 'Attempts, other servers',
    help: 'The first one counts.',
    group: 'Retries'
  }),
  remoteRetryFirstDelayMs: whole({
    default: 5_000,
    min: 10,
    max: 600_000,
    unit: 'ms',
    label: 'First pause, other servers',
    help: 'Doubled with every further attempt, with some chance in it.',
    group: 'Retries'
  }),
  remoteRetryMaxDelayMs: whole({
    default: 30_000,
    min: 10,
    max: hourMs,
    unit: 'ms',
    label: 'Longest pause, other servers',
    help: 'No pause between two attempts is longer.',
    group: 'Retries'
  }),
  minConcurrency: whole({
    default: 1,
    min: 1,
    max: 64,
    unit: 'answers',
    label: 'Answers at once, at least',
    help: 'So many run side by side on a host even when it is slow or memory is short.',
    group: 'Requests'
  }),
  maxConcurrency: whole({
    default: 4,
    min: 1,
    max: 64,
    unit: 'answers',
    label: 'Answers at once, at most',
    help: 'Between the two, Stoker finds by itself how many a host answers well. The same number in both fixes it.',
    group: 'Requests'
  }),
  queueTimeoutMs: whole({
    default: 120_000,
    min: 100,
    max: 24 * hourMs,
    unit: 'ms',
    label: 'Turn comes within',
    help: 'The longest wait in the queue of a host.',
    group: 'Requests'
  }),
  breakerFailures: whole({
    default: 5,
    min: 1,
    max: 100,
    unit: 'failures',
    label: 'Failures before a pause',
    help: 'After so many in a row a host is left alone for a while, then tried with a single request.',
    group: 'Requests'
  }),
  healthCheckIntervalMs: whole({
    default: 300_000,
    min: 1_000,
    max: 24 * hourMs,
    unit: 'ms',
    label: 'Health check every',
    help: 'A full check of every host; also at once after an error.',
    group: 'Requests'
  }),
  warmupGraceSeconds: whole({
    default: 900,
    min: 0,
    max: 86_400,
    unit: 's',
    label: 'Late warm-ups, up to',
    help: 'A warm-up whose time passed while the machine slept is made up for within this time, later it is skipped.',
    group: 'Schedule'
  }),
  quietAfterJobSeconds: whole({
    default: 120,
    min: 1,
    max: 86_400,
    unit: 's',
    label: 'A big job has ended after',
    help: 'So long without a request, before the models it displaced are loaded again by a rule "after a big job".',
    group: 'Schedule'
  }),
  ...chainSettings,
  theme: choice({
    choices: ['system', 'light', 'dark'],
    default: 'system',
    label: 'Theme',
    help: 'System follows the computer.',
    group: 'Appearance'
  })
} as const satisfies Record<string, SettingDefinition>

export type SettingName = keyof typeof settingDefinitions
export type Settings = { [Name in SettingName]: z.infer<(typeof settingDefinitions)[Name]['schema']> }

export const settingNames = Object.keys(settingDefinitions) as SettingName[]

/** maxLoadedModels -> STOKER_MAX_LOADED_MODELS */
export function environmentName(name: SettingName): string {
  return `STOKER_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** Names that other programs and older notes use for the same; Stoker's own goes before. */
const furtherNames: { readonly [Name in SettingName]?: readonly string[] } = {
  localMaxTokens: ['LOCAL_MODEL_MAX_TOKENS'],
  localTokenLimit: ['LOCAL_MODEL_TOKEN_LIMIT']
}

/** Every variable that is read for it, the one that wins first. */
export function environmentNames(name: SettingName): readonly [string, ...string[]] {
  return [environmentName(name), ...(furtherNames[name] ?? [])]
}

export const settingSources = ['env', 'file', 'default'] as const
export type SettingSource = (typeof settingSources)[number]

/** One setting as the screen shows it: what is in force, why, and what it would be without the override. */
export const settingStateSchema = z.object({
  name: z.enum(settingNames as [SettingName, ...SettingName[]]),
  value: z.union([z.string(), z.number()]),
  source: z.enum(settingSources),
  environmentName: z.string(),
  fileValue: z.union([z.string(), z.number()]).nullable(),
  defaultValue: z.union([z.string(), z.number()]),
  /** Said when an environment or file value was refused. */
  problem: z.string().nullable(),
  label: z.string(),
  help: z.string(),
  unit: z.string().nullable(),
  range: z.object({ min: z.number(), max: z.number() }).nullable(),
  choices: z.array(z.string()).readonly().nullable(),
  group: z.enum(settingGroupNames)
})
export type SettingState = z.infer<typeof settingStateSchema>
