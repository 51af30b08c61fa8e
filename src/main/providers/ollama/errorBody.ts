/** The text inside the body of an error: Ollama's shape, OpenAI's, and what proxies send instead. Pure; anything at all may come. */

const longestText = 2_000
/** Of a page; the patterns that read it would take minutes over megabytes made for that. */
const longestPage = 8_192
/** Ollama passes on the JSON of the engine behind it as a string, which passes on JSON again. */
const deepest = 12

export function readErrorBody(body: string): string {
  const text = textIn(body, 0) ?? body
  return (/^\s*<(?:!doctype|html|h\d|body|head)\b/i.test(text) ? withoutTags(text) : text).trim().slice(0, longestText)
}

function textIn(body: string, depth: number): string | null {
  if (depth >= deepest || !/^\s*[{[]/.test(body)) return null
  try {
    return textOf(JSON.parse(body), depth)
  } catch {
    // Not JSON after all: it is shown as it is.
    return null
  }
}

function textOf(value: unknown, depth: number): string | null {
  if (depth >= deepest) return null
  if (typeof value === 'string') return textIn(value, depth + 1) ?? value
  if (Array.isArray(value)) return textOf(value[0], depth + 1)
  if (typeof value !== 'object' || value === null) return null
  const { error, message, detail, type } = value as Record<string, unknown>
  if (error !== undefined && error !== null) return textOf(error, depth + 1) ?? JSON.stringify(error)
  const text = textOf(message ?? detail, depth + 1)
  // "unavailable_error", "exceed_context_size_error": sometimes the only exact word there is.
  return text !== null && typeof type === 'string' && type !== '' ? `${text} (${type})` : text
}

/** What a reader sees of a proxy's page. */
function withoutTags(html: string): string {
  return html
    .slice(0, longestPage)
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
}
