/** Not drawn yet. */
import { Screen } from '../../components/Screen.tsx'

export function ScheduleScreen() {
  return <Screen title="Schedule">{null}</Screen>
}
