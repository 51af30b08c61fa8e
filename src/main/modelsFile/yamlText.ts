/** Values as YAML on one line, in a form that reads back as the same value wherever it stands. Pure. */
import { parse } from 'yaml'

export type YamlValue = string | number | null | readonly YamlValue[] | { readonly [key: string]: YamlValue }

export function yamlText(value: YamlValue): string {
  if (value === null) return 'null'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return stringText(value)
  if (Array.isArray(value)) return `[${value.map(yamlText).join(', ')}]`
  const fields = Object.entries(value).map(([key, each]) => `${stringText(key)}: ${yamlText(each)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

/** Bare where that is safe, as a key, as a value and within brackets; else quoted as JSON, which YAML reads. */
export function stringText(text: string): string {
  return isPlain(text) ? text : quoted(text)
}

function isPlain(text: string): boolean {
  // The usual characters of names and paths; a colon is fine where no blank follows.
  if (!/^[\p{L}\p{N}_/.~][\p{L}\p{N} _/.~+@:-]*$/u.test(text) || /:(?: |$)|^[. ]|\s$|\s{2}/.test(text)) return false
  return parse(text) === text
}

function quoted(text: string): string {
  // JSON leaves these as they are, and YAML takes some of them for the end of a line.
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
}
