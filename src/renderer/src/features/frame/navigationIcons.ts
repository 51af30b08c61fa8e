/** The icon of each screen. */
import {
  IconAdjustmentsHorizontal,
  IconCalendarTime,
  IconChartAreaLine,
  IconGitFork,
  IconListDetails,
  IconPlayerPlay,
  IconStack2,
  IconStethoscope,
  type Icon
} from '@tabler/icons-react'
import type { ScreenName } from '../../lib/navigation.ts'

export const navigationIcons: Record<ScreenName, Icon> = {
  models: IconStack2,
  memory: IconChartAreaLine,
  chains: IconGitFork,
  runs: IconPlayerPlay,
  schedule: IconCalendarTime,
  activity: IconListDetails,
  diagnostics: IconStethoscope,
  settings: IconAdjustmentsHorizontal
}
