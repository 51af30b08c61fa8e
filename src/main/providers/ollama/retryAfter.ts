/** The header Retry-After, by which a server says when it may be asked again: seconds, or a date. Pure. */

/** A server that asks for hours is asked again sooner: its word is advice, not an order. */
const longestMs = 600_000

/** Undefined where there is none, or none that makes sense. */
export function readRetryAfterMs(header: string | string[] | undefined, now: number): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim()
  if (!text) return undefined
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, longestMs)
  // A date has a day's name or a year in it; Date.parse alone would take "-5" for one.
  if (!/[a-z]{3}.*\d{4}|^\d{4}-\d\d-\d\d/i.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, at - now), longestMs)
}
