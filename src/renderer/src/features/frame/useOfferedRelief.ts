/** What may be offered while memory is short: nothing after "Not now", until pressure has been normal once. */
import { useEffect } from 'react'
import type { Relief } from '../../../../shared/fit.ts'
import { useFitStore } from '../../stores/fitStore.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { useUiStore } from '../../stores/uiStore.ts'

export function useOfferedRelief(): Relief | null {
  const relief = useFitStore((mirror) => mirror.relief)
  const isDeclined = useUiStore((ui) => ui.isReliefDeclined)
  const isNormal = useMemoryStore((mirror) => mirror.sample?.pressure === 'normal')
  useEffect(() => {
    if (isNormal) useUiStore.setState({ isReliefDeclined: false })
  }, [isNormal])
  return isDeclined ? null : relief
}
