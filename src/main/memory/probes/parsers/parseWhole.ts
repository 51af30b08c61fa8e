/** Text to a non-negative integer, or null: the only way outside text becomes a byte count. */

/** Refuses signs, fractions, exponents, other words, and what a double cannot hold exactly. */
export function parseWhole(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return null
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : null
}

/** `parseWhole` times a unit; null when the product is no longer exact. */
export function parseScaled(text: string | undefined, unitBytes: number): number | null {
  const value = parseWhole(text)
  return value === null || !Number.isSafeInteger(value * unitBytes) ? null : value * unitBytes
}

/** Text to a finite decimal number such as "37.25" or "-4"; null for anything else. */
export function parseDecimal(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return null
  return Number(text)
}
