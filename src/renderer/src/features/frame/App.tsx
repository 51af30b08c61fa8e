/** The frame around every screen. */
import { Suspense } from 'react'
import { useUiStore } from '../../stores/uiStore.ts'
import { screenComponents } from '../screens.tsx'

export function App() {
  const Screen = screenComponents[useUiStore((ui) => ui.screen)]
  return (
    <Suspense fallback={null}>
      <Screen />
    </Suspense>
  )
}
