/** Days as the machine's clock on the wall counts them: some have 23 hours, some 25. Pure. */

/** Where midnight is skipped, the first moment after it. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}

export function nextMidnight(at: number): number {
  return new Date(at).setHours(24, 0, 0, 0)
}

/** The same time of the day, seven days before. */
export function weekBefore(at: number): number {
  const date = new Date(at)
  return date.setDate(date.getDate() - 7)
}
