/** The chains of this machine, and the one that is built; the canvas's code is fetched when the first chain is opened. */
import { lazy, Suspense } from 'react'
import { useChainView } from './chainView.ts'
import { ChainList } from './ChainList.tsx'

const Builder = lazy(async () => ({ default: (await import('./Builder.tsx')).Builder }))

export function ChainsScreen() {
  const isOpen = useChainView((view) => view.openId !== null)
  if (!isOpen) return <ChainList />
  return (
    <Suspense fallback={null}>
      <Builder />
    </Suspense>
  )
}
