/** What can be named behind `{{`, and what is put in when one is taken. Pure. */
import type { Chain } from '../../../../../shared/chain.ts'
import { writeReference } from '../../../../../shared/templateReference.ts'
import { ancestorsOf, shapeOf } from '../chainShape.ts'

export interface Completion {
  /** As it is written, braces and all. */
  reference: string
  label: string
  /** "the whole answer", "a column". */
  note: string
}

export interface OpenCompletion {
  /** Where the braces begin. */
  start: number
  end: number
  found: readonly Completion[]
}

const mostFound = 8

/** null: the caret is not behind open braces. */
export function completionsAt(text: string, caret: number, offers: readonly Completion[]): OpenCompletion | null {
  const start = text.lastIndexOf('{{', caret - 1)
  if (start < 0 || start + 2 > caret || text[start - 1] === '\\') return null
  const typed = text.slice(start + 2, caret)
  if (typed.includes('}}') || typed.includes('\n') || typed.length > 100) return null
  const wished = typed.trim().toLowerCase()
  const inner = ({ reference }: Completion): string => reference.slice(2, -2).toLowerCase()
  const found = offers.filter(
    (offer) => wished === '' || inner(offer).startsWith(wished) || offer.label.toLowerCase().includes(wished)
  )
  // What is already written as it should be is offered no more.
  const isWritten = text.startsWith('}}', caret) && offers.some((offer) => inner(offer) === wished)
  return isWritten ? null : { start, end: closingEnd(text, caret), found: found.slice(0, mostFound) }
}

/** Braces that are closed already are replaced too, if nothing but the rest of a name is before them. */
function closingEnd(text: string, caret: number): number {
  const rest = /^[\p{L}\p{M}\p{N} _.-]{0,80}\}\}/u.exec(text.slice(caret))
  return rest === null ? caret : caret + rest[0].length
}

/** The input and its columns, and every step that does not wait for this one; of JSON also its fields. */
export function offersFor(chain: Chain, stepId: string | null): Completion[] {
  const input = [
    { reference: writeReference({ kind: 'input', column: null }), label: 'input', note: 'the whole item' },
    ...chain.inputColumns.map((column) => ({
      reference: writeReference({ kind: 'input', column }),
      label: `input.${column}`,
      note: 'a column'
    }))
  ]
  if (stepId === null) return input
  const { mentionedBy } = shapeOf(chain)
  const steps = chain.steps.filter(
    ({ id, name }) =>
      id !== stepId &&
      name !== '' &&
      ((mentionedBy.get(stepId) ?? []).length === 0 || !ancestorsOf(chain, id).has(stepId))
  )
  return [
    ...input,
    ...steps.flatMap(({ name, output }) => [
      { reference: writeReference({ kind: 'step', name, path: null }), label: name, note: 'its answer' },
      ...(output.format === 'json'
        ? [
            ...fieldsOf(output.schema).map((field) => ({
              reference: writeReference({ kind: 'step', name, path: [field] }),
              label: `${name}.json.${field}`,
              note: 'a field of it'
            })),
            { reference: writeReference({ kind: 'step', name, path: [] }), label: `${name}.json`, note: 'as JSON' }
          ]
        : [])
    ])
  ]
}

function fieldsOf(schema: Record<string, unknown> | null): string[] {
  const properties = schema?.properties
  return typeof properties === 'object' && properties !== null ? Object.keys(properties).slice(0, 12) : []
}
