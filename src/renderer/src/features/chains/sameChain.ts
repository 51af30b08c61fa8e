/** Whether two chains say the same, whatever the order of their fields: the core writes them in an order of its own. Pure. */
import type { Chain } from '../../../../shared/chain.ts'

export function sameChain(a: Chain, b: Chain): boolean {
  return a === b || ordered(a) === ordered(b)
}

function ordered(chain: Chain): string {
  return JSON.stringify(chain, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  )
}
