/** The chains of this machine, and the one that is built; the canvas's code is fetched while the list is looked at. */
import { lazy, Suspense, useEffect } from 'react'
import { BuilderComing } from './BuilderComing.tsx'
import { ChainList } from './ChainList.tsx'
import { useChainView } from './chainView.ts'

const load = () => import('./Builder.tsx')
const Builder = lazy(async () => ({ default: (await load()).Builder }))

export function ChainsScreen() {
  const isOpen = useChainView((view) => view.openId !== null)
  useEffect(() => {
    // Away from the core it is asked for again when a chain is opened.
    load().catch(() => undefined)
  }, [])
  if (!isOpen) return <ChainList />
  return (
    <Suspense fallback={<BuilderComing />}>
      <Builder />
    </Suspense>
  )
}
