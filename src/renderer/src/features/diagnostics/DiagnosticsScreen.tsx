/** Not drawn yet. */
import { Screen } from '../../components/Screen.tsx'

export function DiagnosticsScreen() {
  return <Screen title="Diagnostics">{null}</Screen>
}
