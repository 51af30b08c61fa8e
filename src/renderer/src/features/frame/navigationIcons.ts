/** The icon of each screen. */
import {
  IconAdjustmentsHorizontal,
  IconChartAreaLine,
  IconListDetails,
  IconStack2,
  type Icon
} from '@tabler/icons-react'
import type { ScreenName } from '../../lib/navigation.ts'

export const navigationIcons: Record<ScreenName, Icon> = {
  models: IconStack2,
  memory: IconChartAreaLine,
  activity: IconListDetails,
  settings: IconAdjustmentsHorizontal
}
