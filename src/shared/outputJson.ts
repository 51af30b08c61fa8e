/**
 * The JSON in what a model answered: the whole answer, or what stands in a fence, or the first object or list between other words.
 * Long numbers stay as they were written, since JavaScript would round them.
 */

/** `source`: as the model wrote it. */
export type OutputJson = { ok: true; value: unknown; source: string } | { ok: false }

/** Brackets that are no JSON before the one that is; each that is never closed costs a look at the whole text. */
const mostUnclosed = 8
const mostBroken = 64
const mostExactDigits = 15

interface NumberSource {
  source?: string
}
interface ExactJson {
  parse(text: string, reviver: (key: string, value: unknown, context: NumberSource) => unknown): unknown
  /** Not in every browser; nothing is lost there but the last digits of long numbers. */
  rawJSON?: (text: string) => unknown
}

export function readOutputJson(text: string): OutputJson {
  return parsed(text.trim()) ?? fromFences(text) ?? fromBrackets(text) ?? { ok: false }
}

/** A string as it is, anything else as JSON on one line. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function parsed(source: string): OutputJson | null {
  if (!/[\d\]}"el]$/.test(source)) return null
  try {
    return { ok: true, value: parseExact(source), source }
  } catch {
    return null
  }
}

/** Of what is JSON; throws as JSON.parse does. */
export function parseExact(source: string): unknown {
  const exact = JSON as unknown as ExactJson
  const { rawJSON } = exact
  if (rawJSON === undefined || !/\d[\d.]{15}|[eE][+-]?\d/.test(source)) return JSON.parse(source)
  return exact.parse(source, (_key, value, context) => {
    if (typeof value !== 'number' || context.source === undefined) return value
    const isExact = Number.isFinite(value) && context.source.replace(/\D/g, '').length <= mostExactDigits
    return isExact ? value : rawJSON(context.source)
  })
}

function fromFences(text: string): OutputJson | null {
  const fence = '```'
  for (let open = text.indexOf(fence); open !== -1;) {
    const line = text.indexOf('\n', open)
    const close = line === -1 ? -1 : text.indexOf(fence, line)
    if (close === -1) return null
    const found = parsed(text.slice(line, close).trim())
    if (found !== null) return found
    open = text.indexOf(fence, close + fence.length)
  }
  return null
}

/** What is closed but no JSON, like "[sic]", is left behind whole: something inside it would not be what the model meant. */
function fromBrackets(text: string): OutputJson | null {
  const bracket = /[[{]/g
  const beginning = /\{\s*["}]|\[\s*[[\]{"\d\-tfn]/y
  let unclosed = 0
  let broken = 0
  for (let match = bracket.exec(text); match !== null; match = bracket.exec(text)) {
    const end = closingOf(text, match.index)
    if (end === null) {
      unclosed += 1
      if (unclosed === mostUnclosed) return null
      continue
    }
    bracket.lastIndex = end
    beginning.lastIndex = match.index
    if (!beginning.test(text)) continue
    const found = parsed(text.slice(match.index, end))
    if (found !== null) return found
    broken += 1
    if (broken === mostBroken) return null
  }
  return null
}

/** Behind the bracket that closes the one at `start`; brackets in strings do not count. */
function closingOf(text: string, start: number): number | null {
  let depth = 0
  let isInString = false
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at]
    if (letter === '\\') at += 1
    else if (letter === '"') isInString = !isInString
    else if (isInString) continue
    else if (letter === '{' || letter === '[') depth += 1
    else if (letter === '}' || letter === ']') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return null
}
