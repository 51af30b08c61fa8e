/** Whether an answer is what its step asked for: text as it is, or JSON that fits its schema. */
import type { z } from 'zod'
import type { OutputFormat } from '../../../shared/chain.ts'
import { StokerError } from '../../../shared/errors.ts'
import type { GenerateResult } from '../../../shared/model.ts'
import { readOutputJson } from '../../../shared/outputJson.ts'
import { formatCount } from '../prompt/promptCuts.ts'
import { toCheck, unusable } from './answerCheck.ts'
import { createTimeLimit, tookTooLong } from './timeLimit.ts'

/** For the check of one answer: a schema may have patterns, and name itself. */
const checkLimitMs = 1_000

type Answer = Pick<GenerateResult, 'text' | 'doneReason' | 'outputTokens'>

/** It reached its token limit before the model had said all. */
const isCut = ({ doneReason }: Pick<Answer, 'doneReason'>): boolean => doneReason === 'length'

export function cutNote(answer: Answer): string | null {
  if (!isCut(answer)) return null
  const { outputTokens } = answer
  return outputTokens === null
    ? 'answer cut at its token limit'
    : `answer cut at its limit of ${formatCount(outputTokens)} tokens`
}

/** Answers the output: JSON without what some models put around it. Throws `bad_answer`. */
export function checkAnswer(answer: Answer, format: OutputFormat): string {
  const { text } = answer
  if (format.format === 'text') return text
  const json = readOutputJson(text)
  if (!json.ok) {
    const isPart = isCut(answer)
    const what = isPart ? 'The answer reached its token limit before its JSON was whole' : 'The answer is not JSON'
    const hint = isPart ? 'Allow a longer answer.' : 'Say in the prompt what to answer with.'
    throw new StokerError('bad_answer', `${what}: ${beginning(text)}`, hint)
  }
  const problem = format.schema === null ? null : schemaProblem(format.schema, json.source)
  if (problem !== null) {
    const message = `The answer does not fit the schema: ${problem.replace(/\.?$/, '.')}`
    throw new StokerError('bad_answer', message, 'Say in the prompt what to answer with.')
  }
  return json.source
}

const limited = createTimeLimit(checkLimitMs)
const known = new WeakMap<object, z.ZodType>()

/** Null: it fits. */
function schemaProblem(schema: Record<string, unknown>, source: string): string | null {
  const result = checked(schema, JSON.parse(source))
  if (result.success) return null
  const [first] = result.error.issues
  const path = first?.path.join('.') ?? ''
  return `${path === '' ? '' : `${path}: `}${first?.message ?? 'it is something else.'}`
}

function checked(schema: Record<string, unknown>, value: unknown): z.ZodSafeParseResult<unknown> {
  const check = checkOf(schema)
  try {
    return limited(() => check.safeParse(value))
  } catch (cause) {
    if (tookTooLong(cause)) {
      const message = `The check of this answer against the schema took longer than ${checkLimitMs} ms.`
      throw new StokerError('invalid_input', message, 'Write the schema without a repeat inside a repeat.', { cause })
    }
    throw unusable(schema, cause)
  }
}

function checkOf(schema: Record<string, unknown>): z.ZodType {
  const check = known.get(schema) ?? toCheck(schema)
  known.set(schema, check)
  return check
}

function beginning(text: string): string {
  const letters = [...text.slice(0, 400).trim().replace(/\s+/g, ' ')]
  if (letters.length === 0) return 'it is empty.'
  return `“${letters.slice(0, 80).join('')}${letters.length > 80 ? '…' : ''}”.`
}
