/** Every setting once: its type, default, range, unit and words. Environment names follow from the setting's own name. */
import { z } from 'zod'

const seconds = z.coerce.number()

export interface SettingDefinition<Schema extends z.ZodType = z.ZodType> {
  schema: Schema
  default: z.infer<Schema>
  label: string
  help: string
  unit: string | null
  group: 'Models' | 'Memory' | 'Timeouts' | 'Appearance'
}

function define<Schema extends z.ZodType>(definition: SettingDefinition<Schema>): SettingDefinition<Schema> {
  return definition
}

export const settingDefinitions = {
  maxLoadedModels: define({
    schema: z.coerce.number().int().min(1).max(64),
    default: 2,
    label: 'Loaded models at most',
    help: 'Before one more is loaded, the least recently used one that is neither pinned nor answering is unloaded.',
    unit: 'models',
    group: 'Models'
  }),
  defaultKeepAliveSeconds: define({
    schema: seconds.min(-1).max(31_536_000),
    default: 600,
    label: 'Keep loaded',
    help: 'How long a model stays after its last use. 0 unloads at once, -1 keeps it always.',
    unit: 's',
    group: 'Models'
  }),
  engineThreads: define({
    schema: z.coerce.number().int().min(0).max(256),
    default: 0,
    label: 'Engine threads',
    help: 'Threads of the built-in engine on a CPU. 0 means one less than the physical cores: more is slower.',
    unit: 'threads',
    group: 'Models'
  }),
  reserveBytes: define({
    schema: z.coerce
      .number()
      .int()
      .min(0)
      .max(2 ** 50),
    default: 0,
    label: 'Kept for the system',
    help: 'Kept back from what the machine can give to models. 0 means by machine size.',
    unit: 'bytes',
    group: 'Memory'
  }),
  pressureReaction: define({
    schema: z.enum(['offer', 'unload']),
    default: 'offer' as const,
    label: 'Under memory pressure',
    help: 'Offer to unload idle models, or unload the least recently used one by itself. Never a pinned or an answering one.',
    unit: null,
    group: 'Memory'
  }),
  engineCacheType: define({
    schema: z.enum(['f16', 'q8_0', 'q4_0']),
    default: 'f16' as const,
    label: 'Context cache of the built-in engine',
    help: 'q8_0 halves what a long context takes, q4_0 quarters it; answers may become less exact. In force with the next load.',
    unit: null,
    group: 'Memory'
  }),
  apiTimeoutMs: define({
    schema: z.coerce.number().int().min(100).max(600_000),
    default: 30_000,
    label: 'Server answers within',
    help: 'For lists and details. Loads, downloads and answers have their own limits.',
    unit: 'ms',
    group: 'Timeouts'
  }),
  firstTokenTimeoutMs: define({
    schema: z.coerce.number().int().min(100).max(3_600_000),
    default: 60_000,
    label: 'First token within',
    help: 'Counted once the model is loaded.',
    unit: 'ms',
    group: 'Timeouts'
  }),
  tokenGapTimeoutMs: define({
    schema: z.coerce.number().int().min(100).max(3_600_000),
    default: 60_000,
    label: 'Next token within',
    help: 'The longest silence in the middle of an answer.',
    unit: 'ms',
    group: 'Timeouts'
  }),
  theme: define({
    schema: z.enum(['system', 'light', 'dark']),
    default: 'system' as const,
    label: 'Theme',
    help: 'System follows the computer.',
    unit: null,
    group: 'Appearance'
  })
} as const

export type SettingName = keyof typeof settingDefinitions
export type Settings = { [Name in SettingName]: z.infer<(typeof settingDefinitions)[Name]['schema']> }

export const settingNames = Object.keys(settingDefinitions) as SettingName[]

/** maxLoadedModels -> STOKER_MAX_LOADED_MODELS */
export function environmentName(name: SettingName): string {
  return `STOKER_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
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
  group: z.string()
})
export type SettingState = z.infer<typeof settingStateSchema>
