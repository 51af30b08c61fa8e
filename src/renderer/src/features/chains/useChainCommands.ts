/** The palette's commands of chains, tied to what they do. */
import { useMemo } from 'react'
import { getChain } from '../../actions/chainActions.ts'
import { useChainStore } from '../../stores/chainStore.ts'
import { openInputs } from '../inputs/inputsStore.ts'
import type { Command } from '../palette/commands.ts'
import { chainCommands } from './chainCommands.ts'
import { chooseImport } from './listDeeds.ts'
import { newChain, openChain } from './openChain.ts'

async function run(id: string, name: string): Promise<void> {
  const chain = await getChain(id, name)
  if (chain !== null) openInputs({ chain })
}

export function useChainCommands(): Command[] {
  const chains = useChainStore((mirror) => mirror.chains)
  return useMemo(
    () =>
      chainCommands(chains, {
        newChain,
        importChain: chooseImport,
        open: ({ id, name }) => void openChain(id, name),
        run: ({ id, name }) => void run(id, name)
      }),
    [chains]
  )
}
