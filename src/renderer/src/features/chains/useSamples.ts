/** The chains that come with Stoker; asked for once. */
import { useEffect, useState } from 'react'
import type { Output } from '../../../../shared/contract.ts'
import { request } from '../../host/client.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'

type Sample = Output<'chains.samples'>['samples'][number]

let known: readonly Sample[] = []

export function useSamples(): readonly Sample[] {
  const [samples, setSamples] = useState(known)
  const isConnected = useConnectionStore(({ connection }) => connection === 'open')
  useEffect(() => {
    if (!isConnected || known.length > 0) return
    let isGone = false
    request('chains.samples', {}).then(
      (answer) => {
        known = answer.samples
        if (!isGone) setSamples(known)
      },
      // Without samples a chain can be built all the same.
      () => undefined
    )
    return () => {
      isGone = true
    }
  }, [isConnected])
  return samples
}
