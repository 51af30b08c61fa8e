/** The sampling options in a Modelfile's PARAMETERs, as `/api/show` prints them: one a line, texts in quotes. Pure; takes any text. */
import { generateOptionsSchema, type GenerateOptions } from '../../../shared/model.ts'

const optionNames = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  repeat_penalty: 'repeatPenalty',
  num_predict: 'maxTokens',
  seed: 'seed'
} as const

export interface ModelParameters {
  options: GenerateOptions
  /** The model says that its answers have no end (num_predict below 0): its own word, though no number can be sent for it. */
  isEndless: boolean
}

const noParameters: ModelParameters = { options: {}, isEndless: false }

/** What cannot be read, or is out of range, is left out: never made up. */
export function parseModelParameters(text: string | null): ModelParameters {
  if (text === null) return noParameters
  const read: Record<string, unknown> = {}
  const stop: string[] = []
  let isEndless = false
  for (const line of text.split(/\r?\n/)) {
    const [, name = '', written = ''] = /^([a-z_]{1,40})\s+(\S.*)$/.exec(line.trim()) ?? []
    if (name === 'stop') {
      const word = readText(written)
      if (word !== null) stop.push(word)
      continue
    }
    const option = Object.hasOwn(optionNames, name) ? optionNames[name as keyof typeof optionNames] : null
    const value = readNumber(written)
    if (option === null || value === null) continue
    if (option === 'maxTokens' && value < 0) isEndless = true
    // The last of several counts, as it does for the server.
    else if (fits(option, value)) read[option] = value
  }
  if (stop.length > 0 && fits('stop', stop)) read['stop'] = stop
  if (read['maxTokens'] !== undefined) isEndless = false
  return { options: read, isEndless }
}

function fits(option: keyof GenerateOptions, value: unknown): boolean {
  return generateOptionsSchema.shape[option].safeParse(value).success
}

function readNumber(written: string): number | null {
  const bare = written.replace(/^"(.*)"$/, '$1')
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(bare) ? Number(bare) : null
}

/** Each escape as a whole: what follows two backslashes is none. */
const goEscape = /\\(?:x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8})|.)/g

/** Those of Go that JSON does not know. */
function jsonEscape(whole: string, byte: string | undefined, codePoint: string | undefined): string {
  if (byte !== undefined) return `\\u00${byte}`
  if (codePoint !== undefined) return String.fromCodePoint(Number.parseInt(codePoint, 16))
  return whole === '\\a' ? '\\u0007' : whole === '\\v' ? '\\u000b' : whole
}

/** Go's %#v: in double quotes with its escapes; older servers print it bare. */
function readText(written: string): string | null {
  if (!/^".*"$/s.test(written) || written.length < 2) return written
  try {
    const text: unknown = JSON.parse(written.replace(goEscape, jsonEscape))
    return typeof text === 'string' && text !== '' ? text : null
  } catch {
    return null
  }
}
