/** Which component shows which screen; all but the first are fetched when first opened. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import type { ScreenName } from '../lib/navigation.ts'
import { ModelsScreen } from './models/ModelsScreen.tsx'

type Screen = ComponentType | LazyExoticComponent<ComponentType>

export const screenComponents: Record<ScreenName, Screen> = {
  models: ModelsScreen,
  memory: lazy(async () => ({ default: (await import('./memory/MemoryScreen.tsx')).MemoryScreen })),
  activity: lazy(async () => ({ default: (await import('./activity/ActivityScreen.tsx')).ActivityScreen })),
  settings: lazy(async () => ({ default: (await import('./settings/SettingsScreen.tsx')).SettingsScreen }))
}
