/** Go's time.ParseDuration and Ollama's keep_alive, with the error texts they answer. */

/** Go adds the longest duration it has, some 292 years, to the present. */
export const foreverMs = 9_223_372_036_854

const unitMs: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000
}

/** Milliseconds; `error` is Go's own text. */
export type Parsed = { ms: number } | { error: string }

export function parseGoDuration(text: string): Parsed {
  const invalid = { error: `time: invalid duration ${quote(text)}` }
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  let rest = text.slice(sign.length)
  if (rest === '0') return { ms: 0 }
  if (rest === '') return invalid
  let ms = 0
  while (rest !== '') {
    const amount = /^(?:\d+\.?\d*|\.\d+)/.exec(rest)?.[0]
    if (amount === undefined) return invalid
    rest = rest.slice(amount.length)
    const unit = /^[^\d.]*/.exec(rest)?.[0] ?? ''
    if (unit === '') return { error: `time: missing unit in duration ${quote(text)}` }
    const factor = Object.hasOwn(unitMs, unit) ? unitMs[unit] : undefined
    if (factor === undefined) return { error: `time: unknown unit ${quote(unit)} in duration ${quote(text)}` }
    ms += Number(amount) * factor
    rest = rest.slice(unit.length)
  }
  return { ms: sign === '-' ? -ms : ms }
}

/** `undefined` and null: not set. Negative means for ever. `wholeSeconds`: servers before 0.11.8 cut fractions off. */
export function parseKeepAlive(value: unknown, wholeSeconds: boolean): Parsed | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number')
    return { ms: value < 0 ? Infinity : (wholeSeconds ? Math.trunc(value) : value) * 1_000 }
  if (typeof value === 'string') {
    const parsed = parseGoDuration(value)
    return 'ms' in parsed && parsed.ms < 0 ? { ms: Infinity } : parsed
  }
  return { error: `Unsupported type: '${goType(value)}'` }
}

function goType(value: unknown): string {
  if (typeof value === 'boolean') return 'bool'
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'
}

function quote(text: string): string {
  return JSON.stringify(text)
}
