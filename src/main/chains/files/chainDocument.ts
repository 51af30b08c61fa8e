/** Chains as files: written so that people can read them, read even where people wrote them by hand. Pure. */
import { chainIdSchema, chainSchema, chainVersion, stepIdSchema, type Chain } from '../../../shared/chain.ts'
import { graphOf } from '../../../shared/chainGraph.ts'
import { StokerError } from '../../../shared/errors.ts'
import { issueWords } from './issueWords.ts'
import { findJsonMistake } from './jsonMistake.ts'
import { safeFileName } from './safeFileName.ts'

type Fields = Record<string, unknown>

/** Many times the largest chain anybody would draw. */
const maxLetters = 8_000_000
/** Of the canvas, where a document names no places: a card and the way to the next. */
const columnWidth = 290
const rowHeight = 130

/** Keys in the order of the schema, everything with its default written out. */
export function writeChain(chain: Chain): { fileName: string; text: string } {
  return {
    fileName: safeFileName(chain.name, 'chain', '.chain.json'),
    text: `${JSON.stringify(chainSchema.parse(chain), null, 2)}\n`
  }
}

/**
 * A document as `writeChain` writes it, or less: `name` and `steps` with `name` and `prompt` are enough. Unknown fields are passed
 * over. Throws `invalid_input` with the place of what is wrong. An id that is left out or of no use becomes `newId()`.
 */
export function readChain(text: string, newId: () => string): Chain {
  const document = parse(text.replace(/^\ufeff/, ''))
  if (!isFields(document)) throw refusal('it is not an object with a name and steps', chooseAnother)
  const { version = chainVersion } = document
  if (typeof version === 'number' && version > chainVersion) {
    const message = `This chain was written by a newer Stoker (version ${version} of its format; this one reads up to ${chainVersion}).`
    throw new StokerError('invalid_input', message, 'Update Stoker, then import it again.')
  }
  const filled = fillChain(document, newId)
  const found = chainSchema.safeParse(filled)
  if (!found.success) {
    const [first = 'it cannot be read', ...others] = issueWords(found.error, filled)
    const isChain = 'steps' in document
    const more = others.length === 0 ? '' : `Also: ${others.slice(0, 10).join('; ')}. `
    throw refusal(first, more + (isChain ? mendIt : chooseAnother))
  }
  return hasPlaces(document) ? found.data : placed(found.data)
}

function parse(text: string): unknown {
  if (text.length > maxLetters) throw refusal('it is longer than any chain may be', chooseAnother)
  const mistake = findJsonMistake(text)
  if (mistake) throw refusal(`line ${mistake.line}, column ${mistake.column}: ${mistake.words}`, mendIt)
  return JSON.parse(text)
}

const mendIt = 'Mend that in the file, or export the chain again.'
const chooseAnother = 'Choose a file that Stoker exported.'

function refusal(words: string, hint: string): StokerError {
  return new StokerError('invalid_input', `The chain was not imported: ${words}.`, hint)
}

function fillChain(document: Fields, newId: () => string): Fields {
  return {
    version: chainVersion,
    description: '',
    inputColumns: [],
    system: '',
    options: {},
    inputPosition: { x: 0, y: 0 },
    ...document,
    id: chainIdSchema.safeParse(document['id']).data ?? newId(),
    steps: Array.isArray(document['steps']) ? fillSteps(document['steps']) : document['steps']
  }
}

/** Templates name steps by their names, so an id that is missing, of no use or taken may become another. */
function fillSteps(steps: readonly unknown[]): unknown[] {
  const own = steps.map((step) => stepIdSchema.safeParse(isFields(step) ? step['id'] : null).data)
  const taken = new Set(own)
  const used = new Set<string>()
  return steps.map((step, index) => {
    let id = own[index]
    for (let count = index + 1; id === undefined || used.has(id); count++) {
      if (!taken.has(`step-${count}`)) id = `step-${count}`
    }
    used.add(id)
    return isFields(step) ? { ...fillStep(step), id } : step
  })
}

function fillStep(step: Fields): Fields {
  const { output, onError, stopConditions } = step
  return {
    model: null,
    system: '',
    options: {},
    contextLength: null,
    contextPolicy: 'refuse',
    position: { x: 0, y: 0 },
    ...step,
    output: isFields(output) ? { schema: null, ...output } : (output ?? { format: 'text' }),
    stopConditions: Array.isArray(stopConditions) ? stopConditions.map(fillCondition) : (stopConditions ?? []),
    onError: isFields(onError) ? { ...onErrorDefaults, ...onError } : (onError ?? onErrorDefaults)
  }
}

const onErrorDefaults = { retries: 0, fallbackModel: null, then: 'stop', defaultText: '' }

function fillCondition(condition: unknown): unknown {
  if (!isFields(condition)) return condition
  return { ignoreCase: false, comparison: 'is', value: null, reason: '', finalOutput: null, ...condition }
}

function hasPlaces({ steps }: Fields): boolean {
  return Array.isArray(steps) && steps.every((step) => isFields(step) && step['position'] !== undefined)
}

/** From left to right, each step right of what it mentions; in a cycle, of what comes before it in the document. */
function placed(chain: Chain): Chain {
  const { order, before } = graphOf(chain)
  const columns = new Map<string, number>()
  for (const id of order ?? chain.steps.map((step) => step.id)) {
    const mentioned = (before.get(id) ?? []).map((one) => columns.get(one) ?? -1)
    columns.set(id, 1 + mentioned.reduce((most, column) => Math.max(most, column), -1))
  }
  const rows = new Map<number, number>()
  const { inputPosition } = chain
  const steps = chain.steps.map((step) => {
    const column = columns.get(step.id) ?? 0
    const row = rows.get(column) ?? 0
    rows.set(column, row + 1)
    return {
      ...step,
      position: { x: inputPosition.x + (column + 1) * columnWidth, y: inputPosition.y + row * rowHeight }
    }
  })
  return { ...chain, steps }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
