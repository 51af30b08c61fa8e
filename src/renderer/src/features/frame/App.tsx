/** The frame around every screen: sidebar, memory bar, the screen itself, and the palette over all. */
import { useUiStore } from '../../stores/uiStore.ts'
import { InputsDialogPlace } from '../inputs/InputsDialogPlace.tsx'
import { ModelDialogs } from '../models/dialogs/ModelDialogs.tsx'
import { CommandPalette } from '../palette/CommandPalette.tsx'
import { hasTrafficLights } from '../../lib/platform.ts'
import classes from './App.module.css'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { HostPanelPlace } from './HostPanelPlace.tsx'
import { MemoryBar } from './MemoryBar.tsx'
import { ScreenBoundary } from './ScreenBoundary.tsx'
import { Sidebar } from './Sidebar.tsx'
import { useShortcuts } from './useShortcuts.ts'
import { useThemeSetting } from './useThemeSetting.ts'

export function App() {
  const name = useUiStore((ui) => ui.screen)
  const isPaletteOpen = useUiStore((ui) => ui.isPaletteOpen)
  useShortcuts()
  useThemeSetting()
  return (
    <div className={`${classes.app} ${hasTrafficLights ? classes.hiddenTitleBar : ''}`}>
      <Sidebar />
      <div className={classes.content}>
        <ConnectionBanner />
        <MemoryBar />
        <div className={classes.screen}>
          <ScreenBoundary key={name} name={name} />
        </div>
      </div>
      <ModelDialogs />
      <HostPanelPlace />
      <InputsDialogPlace />
      {isPaletteOpen && <CommandPalette />}
    </div>
  )
}
