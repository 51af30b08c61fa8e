/** The chains of this machine, and the one that is built. */
import { Screen } from '../../components/Screen.tsx'

export function ChainsScreen() {
  return <Screen title="Chains">{null}</Screen>
}
