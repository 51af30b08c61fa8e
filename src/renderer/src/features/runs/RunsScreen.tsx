/** Runs of chains: what became of them. */
import { Screen } from '../../components/Screen.tsx'

export function RunsScreen() {
  return <Screen title="Runs">{null}</Screen>
}
