/** Names in the order people count: "m:2b" before "m:10b". */
const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

export function compareNames(a: string, b: string): number {
  return names.compare(a, b)
}
