/** Mistakes of one template of a chain, each with its place. Pure. */
import type { ChainProblem, Step } from './chain.ts'
import { didYouMean } from './nearestName.ts'
import { parseTemplate, placesIn, type TemplatePart } from './template.ts'
import { writeReference } from './templateReference.ts'

export interface TemplatePlace {
  /** Null: of the chain itself. */
  step: Step | null
  field: ChainProblem['field']
  /** "Prompt of “Draft”". */
  words: string
  text: string
  /** A final output may say what its own step answered. */
  mayMentionItself: boolean
}

export interface KnownNames {
  /** First of each name. */
  steps: ReadonlyMap<string, Step>
  /** Null: any column may be there. */
  columns: readonly string[] | null
  /** Columns of the very input that is to run; false: those that the chain says it expects. */
  areColumnsGiven: boolean
}

interface Finding {
  start: number
  end: number
  message: string
  isBlocking: boolean
}

/** More of one template help nobody, and a pasted program would have thousands. */
const mostFindings = 20

export function templateProblems(place: TemplatePlace, known: KnownNames): ChainProblem[] {
  const { parts, mistakes } = parseTemplate(place.text)
  const findings: Finding[] = [
    ...mistakes.map(({ start, end, message }) => ({ start, end, message, isBlocking: true })),
    ...parts.flatMap((part) => {
      const found = partProblem(part, place, known)
      return found === null ? [] : [{ start: part.start, end: part.end, ...found }]
    })
  ].sort((a, b) => a.start - b.start)
  const placeWords = placesOf(place.text)
  const shown = findings.length > mostFindings ? findings.slice(0, mostFindings - 1) : findings
  const problems = shown.map((finding) => ({
    stepId: place.step?.id ?? null,
    field: place.field,
    ...finding,
    message: `${place.words}, ${placeWords(finding.start)}: ${lowerFirst(finding.message)}`
  }))
  const [next] = findings.slice(shown.length)
  if (next === undefined) return problems
  const rest = findings.slice(shown.length)
  return [
    ...problems,
    {
      stepId: place.step?.id ?? null,
      field: place.field,
      message: `${place.words}, from ${placeWords(next.start)} on: ${rest.length} more mistakes. Write \\{{ for plain braces.`,
      start: next.start,
      end: next.end,
      isBlocking: rest.some(({ isBlocking }) => isBlocking)
    }
  ]
}

type Found = Pick<Finding, 'message' | 'isBlocking'> | null

function partProblem(part: TemplatePart, place: TemplatePlace, known: KnownNames): Found {
  if (part.kind === 'text') return null
  return part.kind === 'input' ? columnProblem(part.column, known) : stepProblem(part, place, known)
}

function columnProblem(column: string | null, { columns, areColumnsGiven }: KnownNames): Found {
  if (column === null || columns === null || columns.includes(column)) return null
  const whose = areColumnsGiven ? 'The input has' : 'The chain expects'
  if (columns.length === 0) return blocking(`${whose} no columns. Write {{input}}, or give a table (CSV or JSONL).`)
  const message = `${whose} no column “${column}”.${didYouMean(column, columns)}`
  return { message, isBlocking: areColumnsGiven }
}

function stepProblem(part: Extract<TemplatePart, { kind: 'step' }>, place: TemplatePlace, known: KnownNames): Found {
  const { name, path } = part
  const step = known.steps.get(name)
  if (place.step === null) return blocking(`Only a step's own prompts can mention other steps, here “${name}”.`)
  if (step === undefined) {
    const others = [...known.steps.keys()].filter((other) => other !== place.step?.name)
    return blocking(`There is no step “${name}”.${didYouMean(name, others)}`)
  }
  if (step.id === place.step.id && !place.mayMentionItself)
    return blocking(`“${name}” mentions itself. Mention another step, or the input.`)
  if (path === null || step.output.format === 'json') return null
  const message = `“${name}” answers with text, in which “${writeReference(part)}” may find no JSON. Set its output to JSON.`
  return { message, isBlocking: false }
}

function blocking(message: string): Found {
  return { message, isBlocking: true }
}

/** "line 2, letter 14", for places in ascending order. */
function placesOf(text: string): (at: number) => string {
  const placeOf = placesIn(text)
  return (at) => {
    const { line, column } = placeOf(at)
    return `line ${line}, letter ${column}`
  }
}

function lowerFirst(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1)
}
