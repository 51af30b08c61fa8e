/** How much room the window gives, in the three steps the layout knows. */
import { useMediaQuery } from '@mantine/hooks'

const atOnce = { getInitialValueInEffect: false }

const narrow = '(max-width: 999px)'

/** Below 1000 px the inspector is a drawer. */
export function useIsNarrow(): boolean {
  return useMediaQuery(narrow, false, atOnce)
}

/** Below 760 px the sidebar is icons. */
export function useIsSmall(): boolean {
  return useMediaQuery('(max-width: 759px)', false, atOnce)
}

/** The same, asked once. */
export function isNarrow(): boolean {
  return window.matchMedia(narrow).matches
}
