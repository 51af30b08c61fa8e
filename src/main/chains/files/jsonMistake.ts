/** Where a JSON text goes wrong, in words and with its place: what engines say of it differs, and speaks of tokens. Pure. */

export interface JsonMistake {
  /** 1-based, as editors count. */
  line: number
  column: number
  /** "a comma is missing" */
  words: string
}

/** Deeper ones would end programs that walk them by calling themselves. */
const maxDepth = 100
const inString = /["\\\u0000-\u001f]/g // eslint-disable-line no-control-regex
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const wordPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)\b/y
const blankPattern = /[ \t\r\n]*/y

/** Null exactly where JSON.parse reads the text (and it is not nested too deeply). */
export function findJsonMistake(text: string): JsonMistake | null {
  const open: ('{' | '[')[] = []
  let at = 0
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }
  /** What may come next. */
  let wanted: 'value' | 'value or end' | 'key' | 'key or end' | 'comma or end' | 'nothing' = 'value'
  for (;;) {
    skip(blankPattern)
    const letter = text[at]
    const inside = open.at(-1)
    const fail = (words: string): JsonMistake => ({ ...placeOf(text, at), words })
    if (letter === undefined) {
      if (wanted === 'nothing') return null
      if (text.trim() === '') return fail('there is nothing')
      return fail(
        inside === '['
          ? 'the text ends before its ]'
          : inside === '{'
            ? 'the text ends before its }'
            : 'the text ends too soon'
      )
    }
    if (wanted === 'nothing') return fail('there is more after the end')
    if (wanted === 'comma or end') {
      if (letter === ',') {
        at += 1
        wanted = inside === '{' ? 'key' : 'value'
      } else if (letter === (inside === '{' ? '}' : ']')) {
        at += 1
        open.pop()
        wanted = open.length === 0 ? 'nothing' : 'comma or end'
      } else
        return fail(
          /[}\]]/.test(letter)
            ? `there is a ${letter} instead of a ${inside === '{' ? '}' : ']'}`
            : 'a comma is missing'
        )
      continue
    }
    if (wanted === 'key' || wanted === 'key or end') {
      if (letter === '}') {
        if (wanted === 'key') return fail('there is a comma too many before the }')
        at += 1
        open.pop()
        wanted = open.length === 0 ? 'nothing' : 'comma or end'
        continue
      }
      if (letter !== '"') return fail('a name in double quotes is missing')
      const end = stringEnd(text, at)
      if (typeof end !== 'number') return end
      at = end
      skip(blankPattern)
      if (text[at] !== ':') return { ...placeOf(text, at), words: 'a colon is missing' }
      at += 1
      wanted = 'value'
      continue
    }
    if (letter === ']' && inside === '[') {
      if (wanted === 'value') return fail('there is a comma too many before the ]')
      at += 1
      open.pop()
      wanted = open.length === 0 ? 'nothing' : 'comma or end'
      continue
    }
    if (letter === '{' || letter === '[') {
      if (open.length === maxDepth) return fail(`more than ${maxDepth} lists and objects lie within each other`)
      open.push(letter)
      at += 1
      wanted = letter === '{' ? 'key or end' : 'value or end'
      continue
    }
    if (letter === '"') {
      const end = stringEnd(text, at)
      if (typeof end !== 'number') return end
      at = end
    } else if (!skip(wordPattern)) {
      return fail(
        letter === "'"
          ? 'texts stand in double quotes, not in single ones'
          : letter === '/'
            ? 'JSON knows no comments'
            : 'a value is missing, or is not in quotes'
      )
    }
    wanted = open.length === 0 ? 'nothing' : 'comma or end'
  }
}

export function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split(/\r\n|\r|\n/)
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

/** Behind its closing quotes. Letter by letter where it matters: one pattern for all of it would run out of stack on long texts. */
function stringEnd(text: string, start: number): number | JsonMistake {
  let at = start + 1
  for (;;) {
    inString.lastIndex = at
    const found = inString.exec(text)
    if (found === null) return { ...placeOf(text, start), words: 'the quotes of this text are never closed' }
    at = found.index
    const [letter] = found
    const fail = (words: string): JsonMistake => ({ ...placeOf(text, at), words })
    if (letter === '"') return at + 1
    if (letter === '\n' || letter === '\r') {
      return fail('a text goes over the end of its line; a new line within it is written \\n')
    }
    if (letter !== '\\') return fail('a text has a control character in it, a tab perhaps; that is written \\t')
    escape.lastIndex = at
    if (!escape.test(text)) {
      return fail('a backslash stands before a letter that has no meaning after it; a plain one is written \\\\')
    }
    at = escape.lastIndex
  }
}
