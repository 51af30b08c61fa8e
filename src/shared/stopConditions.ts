/**
 * When an item ends before its last step, told from the output of one step. Pure.
 *
 * A person's regular expression can take longer than the age of the world on a short text ("(a+)+$"), and no check of the pattern alone
 * finds all of these without refusing good ones. So matching is handed in: the core does it under a time limit (chains/safeMatch.ts), where
 * a pattern that takes too long is an error of its step and never holds anything up.
 */
import type { StopCondition } from './chain.ts'
import { parseJsonPath, readJsonPath } from './jsonPath.ts'
import { readOutputJson } from './outputJson.ts'

/** Throws where it takes too long, or where the pattern is none. */
export type Matches = (pattern: string, flags: string, text: string) => boolean

export interface StepOutput {
  text: string
  /** So many steps of the item have ended, this one among them. */
  stepNumber: number
}

export interface Stop {
  condition: StopCondition
  /** The condition's reason, or the condition as a sentence: "The output contains “STOP”". */
  words: string
}

type Comparison = Extract<StopCondition, { kind: 'json_path' }>['comparison']

/** The flags of a condition's regular expression. */
export function patternFlags(ignoreCase: boolean): string {
  return ignoreCase ? 'iu' : 'u'
}

export function firstStop(conditions: readonly StopCondition[], output: StepOutput, matches: Matches): Stop | null {
  for (const condition of conditions) {
    if (!holds(condition, output, matches)) continue
    const reason = condition.reason.trim()
    return { condition, words: reason === '' ? stopSentence(condition) : reason }
  }
  return null
}

/** "contains “STOP”", "is longer than 2,000 letters", "“verdict.score” is over 5", "3 steps have ended". */
export function stopWords(condition: StopCondition): string {
  switch (condition.kind) {
    case 'contains':
      return `contains ${quote(condition.text)}${condition.ignoreCase ? ', capitals or not' : ''}`
    case 'matches':
      return `matches ${quote(condition.pattern)}${condition.ignoreCase ? ', capitals or not' : ''}`
    case 'length':
      return `is ${condition.comparison === 'over' ? 'longer' : 'shorter'} than ${condition.letters.toLocaleString('en-US')} ${condition.letters === 1 ? 'letter' : 'letters'}`
    case 'json_path':
      return `${quote(condition.path)} ${comparisonWords(condition.comparison, condition.value)}`
    case 'step_number':
      return condition.number === 1 ? '1 step has ended' : `${condition.number} steps have ended`
  }
}

function stopSentence(condition: StopCondition): string {
  const words = stopWords(condition)
  if (condition.kind === 'step_number') return words
  return condition.kind === 'json_path' ? `In the output, ${words}` : `The output ${words}`
}

function comparisonWords(comparison: Comparison, value: string | null): string {
  if (value === null) return comparison === 'is_not' ? 'is not there' : 'is there'
  const words = { is: 'is', is_not: 'is not', over: 'is over', under: 'is under' }[comparison]
  return `${words} ${comparison === 'over' || comparison === 'under' ? value : quote(value)}`
}

function quote(text: string): string {
  const letters = [...text.slice(0, 120)]
  return `“${letters.slice(0, 60).join('')}${letters.length > 60 ? '…' : ''}”`
}

function holds(condition: StopCondition, { text, stepNumber }: StepOutput, matches: Matches): boolean {
  switch (condition.kind) {
    case 'contains':
      return condition.ignoreCase
        ? text.toLowerCase().includes(condition.text.toLowerCase())
        : text.includes(condition.text)
    case 'matches':
      return matches(condition.pattern, patternFlags(condition.ignoreCase), text)
    case 'length': {
      const letters = countLetters(text)
      return condition.comparison === 'over' ? letters > condition.letters : letters < condition.letters
    }
    case 'json_path':
      return holdsInJson(condition.path, condition.comparison, condition.value, text)
    case 'step_number':
      return stepNumber >= condition.number
  }
}

/** Of what is not there only one thing can be said: that it is not there. */
function holdsInJson(pathText: string, comparison: Comparison, wanted: string | null, text: string): boolean {
  const read = parseJsonPath(pathText)
  const json = readOutputJson(text)
  const found = read.ok && json.ok ? readJsonPath(json.value, read.path) : ({ found: false } as const)
  if (wanted === null) {
    const isThere = found.found && found.value !== null && found.value !== false
    return comparison === 'is_not' ? !isThere : comparison === 'is' && isThere
  }
  if (!found.found) return false
  if (comparison === 'is') return isSame(found.value, wanted)
  if (comparison === 'is_not') return !isSame(found.value, wanted)
  const [value, limit] = [numberOf(found.value), numberOf(wanted)]
  if (value === null || limit === null) return false
  return comparison === 'over' ? value > limit : value < limit
}

/** A string letter by letter; anything else as the JSON that was written: "1.0" is 1. */
function isSame(value: unknown, wanted: string): boolean {
  if (typeof value === 'string') return value === wanted
  const json = readWhole(wanted)
  return json !== undefined && JSON.stringify(value) === JSON.stringify(json)
}

function readWhole(text: string): unknown {
  const json = readOutputJson(text)
  return json.ok && json.source === text.trim() ? json.value : undefined
}

/** Models write "8" for 8; an empty string is no 0. A number too long for JavaScript is compared as near as it gets. */
function numberOf(value: unknown): number | null {
  const text = typeof value === 'string' ? value.trim() : JSON.stringify(value)
  return isNumberText(text) ? Number(text) : null
}

export function isNumberText(text: string): boolean {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)
}

function countLetters(text: string): number {
  let pairs = 0
  for (let at = 0; at < text.length - 1; at += 1) {
    if ((text.charCodeAt(at) & 0xfc00) !== 0xd800 || (text.charCodeAt(at + 1) & 0xfc00) !== 0xdc00) continue
    pairs += 1
    at += 1
  }
  return text.length - pairs
}
