/** Fields of a request body, read loosely: the fake need not complain about all that the real server would. */

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

/** Durations in answers. */
export function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6)
}
