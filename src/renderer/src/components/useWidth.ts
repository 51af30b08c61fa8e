/** How much room the window gives, in the three steps the layout knows. */
import { useMediaQuery } from '@mantine/hooks'

const atOnce = { getInitialValueInEffect: false }

/** Below 1000 px the inspector is a drawer. */
export function useIsNarrow(): boolean {
  return useMediaQuery('(max-width: 999px)', false, atOnce)
}

/** Below 760 px the sidebar is icons. */
export function useIsSmall(): boolean {
  return useMediaQuery('(max-width: 759px)', false, atOnce)
}
