/** A new chain, and names that are free. Pure. */
import type { Chain } from '../../../../shared/chain.ts'
import { mintId } from './mintId.ts'

export function makeChain(name: string): Chain {
  return {
    version: 1,
    id: mintId(),
    name,
    description: '',
    inputColumns: [],
    system: '',
    options: {},
    inputPosition: { x: 0, y: 0 },
    steps: []
  }
}

/** "Summarise 2": the first number that is free. */
export function freeName(wished: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wished)) return wished
  const stem = wished.replace(/ \d+$/, '')
  for (let number = 2; ; number += 1) if (!taken.has(`${stem} ${number}`)) return `${stem} ${number}`
}
