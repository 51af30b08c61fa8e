/** Which component shows which screen; all but the first are fetched when first opened. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import type { ScreenName } from '../lib/navigation.ts'
import { ModelsScreen } from './models/ModelsScreen.tsx'

export type ScreenComponent = ComponentType | LazyExoticComponent<ComponentType>

const makers: Record<ScreenName, () => ScreenComponent> = {
  models: () => ModelsScreen,
  memory: () => lazy(async () => ({ default: (await import('./memory/MemoryScreen.tsx')).MemoryScreen })),
  chains: () => lazy(async () => ({ default: (await import('./chains/ChainsScreen.tsx')).ChainsScreen })),
  runs: () => lazy(async () => ({ default: (await import('./runs/RunsScreen.tsx')).RunsScreen })),
  schedule: () => lazy(async () => ({ default: (await import('./schedule/ScheduleScreen.tsx')).ScheduleScreen })),
  activity: () => lazy(async () => ({ default: (await import('./activity/ActivityScreen.tsx')).ActivityScreen })),
  diagnostics: () =>
    lazy(async () => ({ default: (await import('./diagnostics/DiagnosticsScreen.tsx')).DiagnosticsScreen })),
  settings: () => lazy(async () => ({ default: (await import('./settings/SettingsScreen.tsx')).SettingsScreen }))
}

const made = new Map<ScreenName, ScreenComponent>()

export function screenComponent(name: ScreenName): ScreenComponent {
  return made.get(name) ?? renewScreen(name)
}

/** Made anew: one whose code could not be fetched remembers that for ever. */
export function renewScreen(name: ScreenName): ScreenComponent {
  const screen = makers[name]()
  made.set(name, screen)
  return screen
}
