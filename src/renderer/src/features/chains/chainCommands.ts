/** What the palette offers of chains. Pure: what a command does is handed in. */
import type { ChainSummary } from '../../../../shared/chain.ts'
import { actionCommand } from '../palette/actionCommand.ts'
import type { Command } from '../palette/commands.ts'

interface ChainDeeds {
  newChain(): void
  importChain(): void
  open(chain: ChainSummary): void
  run(chain: ChainSummary): void
}

/** So many chains are offered unasked; more are searched, not read. */
const mostOffered = 3

export function chainCommands(chains: readonly ChainSummary[], deeds: ChainDeeds): Command[] {
  return [
    actionCommand('new chain', 'New chain', 'build steps flow pipeline', true, () => deeds.newChain()),
    actionCommand('import chain', 'Import a chain…', 'file json open', false, () => deeds.importChain()),
    ...chains.flatMap((chain, index) => [
      actionCommand(
        `open chain ${chain.id}`,
        `Open chain ${chain.name}`,
        'build edit canvas',
        index < mostOffered,
        () => deeds.open(chain)
      ),
      actionCommand(`run chain ${chain.id}`, `Run ${chain.name}…`, 'chain batch start', false, () => deeds.run(chain))
    ])
  ]
}
