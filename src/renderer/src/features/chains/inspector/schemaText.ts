/** A JSON schema as it is typed: read, or what is wrong with it and where. Pure. */

export interface ReadSchema {
  schema: Record<string, unknown> | null
  mistake: string | null
}

export function readSchema(text: string): ReadSchema {
  if (text.trim() === '') return { schema: null, mistake: null }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { schema: null, mistake: 'A schema is a JSON object: { "type": "object", … }.' }
    return { schema: value as Record<string, unknown>, mistake: null }
  } catch (thrown) {
    return { schema: null, mistake: mistakeWords(text, thrown) }
  }
}

/** The engine says "at position 12", or "line 1 column 13"; people count lines. */
function mistakeWords(text: string, thrown: unknown): string {
  const said = thrown instanceof Error ? thrown.message : ''
  const position = /position (\d+)/.exec(said)?.[1]
  const at = position === undefined ? text.length : Math.min(Number(position), text.length)
  const before = text.slice(0, at).split('\n')
  return `Not JSON yet: something is wrong at line ${before.length}, letter ${(before.at(-1)?.length ?? 0) + 1}.`
}
