/** Whether an answer is what its step asked for: text as it is, or JSON that fits its schema. */
import { z } from 'zod'
import type { OutputFormat } from '../../../shared/chain.ts'
import { StokerError } from '../../../shared/errors.ts'
import { readOutputJson } from '../../../shared/outputJson.ts'

/** Answers the output: JSON without what some models put around it. Throws `bad_answer`. */
export function checkAnswer(text: string, format: OutputFormat): string {
  if (format.format === 'text') return text
  const json = readOutputJson(text)
  if (!json.ok) {
    const message = `The answer is not JSON: ${beginning(text)}`
    throw new StokerError('bad_answer', message, 'Say in the prompt what to answer with, or allow a longer answer.')
  }
  const problem = format.schema === null ? null : schemaProblem(format.schema, json.source)
  if (problem !== null) {
    const message = `The answer does not fit the schema: ${problem}`
    throw new StokerError('bad_answer', message, 'Say in the prompt what to answer with.')
  }
  return json.source
}

const known = new WeakMap<object, z.ZodType>()

/** Null: it fits. */
function schemaProblem(schema: Record<string, unknown>, source: string): string | null {
  const result = checkOf(schema).safeParse(JSON.parse(source))
  if (result.success) return null
  const [first] = result.error.issues
  const path = first?.path.join('.') ?? ''
  return `${path === '' ? '' : `${path}: `}${first?.message ?? 'it is something else.'}`
}

function checkOf(schema: Record<string, unknown>): z.ZodType {
  const made = known.get(schema)
  if (made !== undefined) return made
  try {
    const check = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
    known.set(schema, check)
    return check
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new StokerError('invalid_input', `The schema of this step cannot be checked: ${why}`, 'Change the schema.')
  }
}

function beginning(text: string): string {
  const letters = [...text.slice(0, 400).trim().replace(/\s+/g, ' ')]
  if (letters.length === 0) return 'it is empty.'
  return `“${letters.slice(0, 80).join('')}${letters.length > 80 ? '…' : ''}”.`
}
