/** One YAML text as a tree with line numbers; what would bring the parser down is refused before it sees it. Pure. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap
} from 'yaml'

/** A thousand models, read in a blink; a larger file is something else. */
export const maxTextLength = 64 * 1024
const maxFlowDepth = 50
const maxIndent = 100
/** One mistake often makes thousands of what follows it. */
const maxMistakes = 60
/** Of a group that is merged in: more than any entry has. */
const maxMerged = 50

export interface Mistake {
  /** 1-based. */
  line: number
  message: string
}

export interface YamlDocument {
  root: Node | null
  /** What keeps the whole text from being understood, first things first. */
  mistakes: Mistake[]
  /** So large or so deep that no part of it is read either. */
  isRefused: boolean
  lineOf(node: unknown): number
  /** What stands behind an alias (*name); anything else is itself. */
  resolve(node: unknown): Node | null
}

export interface Field {
  key: string
  keyNode: Node
  value: Node | null
}

/** `firstLine`: of the text within its file. */
export function readYaml(text: string, firstLine = 1): YamlDocument {
  const unreadable = whyUnreadable(text)
  const lines = new LineCounter()
  const document = unreadable === null ? parse(text, lines) : null
  const lastLine = unreadable === null ? firstLine + text.split('\n').length - 1 : firstLine
  const lineAt = (offset: number): number =>
    Math.min(lastLine, Math.max(firstLine, lines.linePos(offset).line + firstLine - 1))
  const anchors = document === null ? new Map<string, Node[]>() : anchorsOf(document)

  return {
    root: (document?.contents as Node | null | undefined) ?? null,
    mistakes:
      unreadable !== null
        ? [{ line: firstLine, message: unreadable }]
        : (document?.errors ?? []).slice(0, maxMistakes).map((error) => ({
            line: lineAt(startOf(error, document)),
            message: wordsFor(error)
          })),
    isRefused: unreadable !== null,
    lineOf: (node) => lineAt((node as Node | null)?.range?.[0] ?? 0),
    resolve(node) {
      if (!isAlias(node)) return (node as Node | null) ?? null
      const before = (anchors.get(node.source) ?? []).filter((each) => offsetOf(each) < offsetOf(node))
      return before.at(-1) ?? null
    }
  }
}

/** Keys and values of a map in their order, those merged in (<<) behind its own; what is no plain key is left out. */
export function fieldsOf(yaml: YamlDocument, map: YAMLMap): Field[] {
  const seen = new Set<unknown>()
  const gather = (each: Node | null, most = Infinity): Field[] => {
    if (!isMap(each) || seen.has(each)) return []
    seen.add(each)
    const own: Field[] = []
    const merged: Field[] = []
    for (const { key, value } of each.items.slice(0, most) as Pair<Node, Node | null>[]) {
      if (!isScalar(key)) continue
      if (key.value === '<<') merged.push(...sourcesOf(yaml, value).flatMap((source) => gather(source, maxMerged)))
      else own.push({ key: String(key.value), keyNode: key, value })
    }
    const keys = new Set(own.map(({ key }) => key))
    return [...own, ...merged.slice(0, maxMerged).filter(({ key }) => !keys.has(key))]
  }
  return gather(map)
}

function sourcesOf(yaml: YamlDocument, value: Node | null): (Node | null)[] {
  const source = yaml.resolve(value)
  return isSeq(source) ? source.items.slice(0, maxMerged).map((item) => yaml.resolve(item)) : [source]
}

function parse(text: string, lineCounter: LineCounter): Document {
  return parseDocument(text, {
    lineCounter,
    keepSourceTokens: true,
    prettyErrors: false,
    uniqueKeys: false,
    // Silent, it would not even say that a second document was passed over.
    logLevel: 'error'
  })
}

/** The parser calls itself for every level: a text made of ten thousand brackets would end the process. */
function whyUnreadable(text: string): string | null {
  if (text.length > maxTextLength)
    return `The file is too large: ${Math.ceil(text.length / 1024)} KB, where ${maxTextLength / 1024} KB hold a thousand models.`
  if (new RegExp(`^[ \\t?:-]{${maxIndent}}`, 'm').test(text)) return 'The file is indented too deeply to be read.'
  let depth = 0
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    if (depth > maxFlowDepth) return 'The brackets in the file are nested too deeply to be read.'
  }
  return null
}

function anchorsOf(document: Document): Map<string, Node[]> {
  const anchors = new Map<string, Node[]>()
  visit(document, {
    Node(_, node) {
      const { anchor } = node as { anchor?: string }
      if (anchor === undefined) return
      const same = anchors.get(anchor)
      if (same) same.push(node as Node)
      else anchors.set(anchor, [node as Node])
    }
  })
  return anchors
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0
}

type ParseError = Document['errors'][number]

/** Where a quotation mark is missing the parser only notices at the end: it is the beginning that helps. */
function startOf(error: ParseError, document: Document | null): number {
  const [offset] = error.pos
  if (!isMissingQuote(error) || document === null) return offset
  let start = offset
  visit(document, {
    Scalar(_, node) {
      if (node.type?.startsWith('QUOTE') && node.range && node.range[0] < offset && node.range[1] >= offset)
        start = node.range[0]
    }
  })
  return start
}

function isMissingQuote({ code, message }: ParseError): boolean {
  return code === 'MISSING_CHAR' && message.includes('quote')
}

function wordsFor(error: ParseError): string {
  if (isMissingQuote(error)) return 'A quotation mark is not closed.'
  if (error.code === 'TAB_AS_INDENT') return 'A tab cannot indent here: use spaces.'
  if (error.code === 'MULTIPLE_DOCS') return 'A second document begins here ("---"): only one can be read.'
  if (error.code === 'BAD_INDENT') return `This line is not indented as the ones before it. (${error.message})`
  return `This is not YAML: ${error.message.replace(/\s+/g, ' ')}.`.replace(/\.\.$/, '.')
}
