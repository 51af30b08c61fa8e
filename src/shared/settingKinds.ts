/** What every setting is made of: its type, range, unit and words. */
import { z } from 'zod'

export const settingGroupNames = [
  'Models',
  'Memory',
  'Timeouts',
  'Retries',
  'Requests',
  'Schedule',
  'Chains',
  'Appearance'
] as const
export type SettingGroupName = (typeof settingGroupNames)[number]

interface SettingWords {
  label: string
  help: string
  group: SettingGroupName
}

export interface SettingDefinition<Schema extends z.ZodType = z.ZodType> extends SettingWords {
  schema: Schema
  default: z.infer<Schema>
  unit: string | null
  /** Of a number, both ends included; null where it is chosen from a list. */
  range: { min: number; max: number } | null
  /** Null where it is a number. */
  choices: readonly string[] | null
}

/** A whole number between two ends, in the unit that its name ends with. */
export function whole(words: SettingWords & { default: number; min: number; max: number; unit: string }) {
  const { min, max, ...rest } = words
  return { ...rest, schema: z.coerce.number().int().min(min).max(max), range: { min, max }, choices: null }
}

/** Any number between two ends. */
export function fraction(words: SettingWords & { default: number; min: number; max: number; unit: string | null }) {
  const { min, max, ...rest } = words
  return { ...rest, schema: z.coerce.number().min(min).max(max), range: { min, max }, choices: null }
}

export function choice<const Choices extends readonly [string, ...string[]]>(
  words: SettingWords & { default: Choices[number]; choices: Choices }
) {
  return { ...words, schema: z.enum(words.choices), unit: null, range: null }
}
