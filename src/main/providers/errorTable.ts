/** Texts of servers and engines as errors that have a code, a sentence for a person and a next step. Tables of rules, read in order. Pure. */
import { StokerError, type ErrorCode, type StokerErrorOptions } from '../../shared/errors.ts'

/** Who says it, and of what: the same text of llama.cpp comes through more than one server. */
export interface Speaker {
  /** Begins a sentence: "Ollama", "The engine". */
  engine: string
  /** Begins a sentence: a model's name, or "The model". */
  model: string
  /** What to do where a newer engine may know the model. */
  updateHint: string
  /** What to do where the file itself is wrong. */
  fileHint: string
}

export interface Told extends Speaker {
  /** Clipped to a sentence's length. */
  text: string
  /** The first group of the pattern that matched; empty when none did. */
  what: string
  /** All groups, for rules with several. */
  groups: readonly (string | undefined)[]
  status: number | null
}

export interface ErrorRule {
  /** One of these, or any within these bounds; left out, any. An error inside a stream and a log have none (null). */
  status?: readonly number[] | { from: number; to: number }
  text?: RegExp
  code: ErrorCode
  say: (told: Told) => string
  hint: string | ((told: Told) => string | null) | null
}

const longestSentence = 300
/** A broken server may send megabytes, and patterns take their time with those. */
const readCharacters = 16_384

/** The first rule that fits decides, so the particular stand before the general. Null: none fits. */
export function matchRules(
  rules: readonly ErrorRule[],
  speaker: Speaker,
  status: number | null,
  text: string,
  options: StokerErrorOptions = {}
): StokerError | null {
  const heard = withoutWarnings(text.slice(0, readCharacters))
  for (const rule of rules) {
    if (rule.status && !fits(rule.status, status)) continue
    const match = rule.text ? rule.text.exec(heard) : null
    if (rule.text && !match) continue
    const groups = match?.slice(1) ?? []
    const what = groups.find((group) => group !== undefined) ?? ''
    const told: Told = { ...speaker, text: clip(text), what: clip(what), groups, status }
    const hint = typeof rule.hint === 'function' ? rule.hint(told) : rule.hint
    return new StokerError(rule.code, rule.say(told), hint, { cause: text, ...options })
  }
  return null
}

export function clip(text: string): string {
  return text.slice(0, readCharacters).replace(/\s+/g, ' ').trim().slice(0, longestSentence)
}

/** What an engine logs in passing and gets over: a load that failed later failed for another reason. */
const warnings = /failed to (?:mlock|VirtualLock)|current allocated size is greater than the recommended|unused tensor/i

function withoutWarnings(text: string): string {
  if (!warnings.test(text)) return text
  return text
    .split('\n')
    .filter((line) => !warnings.test(line))
    .join('\n')
}

function fits(wanted: NonNullable<ErrorRule['status']>, status: number | null): boolean {
  if (status === null) return false
  return 'from' in wanted ? status >= wanted.from && status <= wanted.to : wanted.includes(status)
}
