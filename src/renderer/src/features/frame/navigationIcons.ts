/** The icon of each screen. */
import {
  IconAdjustmentsHorizontal,
  IconCalendarTime,
  IconChartAreaLine,
  IconListDetails,
  IconStack2,
  IconStethoscope,
  type Icon
} from '@tabler/icons-react'
import type { ScreenName } from '../../lib/navigation.ts'

export const navigationIcons: Record<ScreenName, Icon> = {
  models: IconStack2,
  memory: IconChartAreaLine,
  schedule: IconCalendarTime,
  activity: IconListDetails,
  diagnostics: IconStethoscope,
  settings: IconAdjustmentsHorizontal
}
