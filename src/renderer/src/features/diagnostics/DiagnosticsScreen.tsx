/** Does it work here: the machine, checked step by step, and every model, tried once. */
import { Screen } from '../../components/Screen.tsx'
import { useDiagnosticsStore } from '../../stores/diagnosticsStore.ts'
import { BenchSection } from './BenchSection.tsx'
import { ExportMenu } from './ExportMenu.tsx'
import { MachineChecks } from './MachineChecks.tsx'
import sections from './sections.module.css'

export function DiagnosticsScreen() {
  const diagnostics = useDiagnosticsStore((mirror) => mirror.diagnostics)
  const isEmpty = diagnostics === null || (diagnostics.bench.length === 0 && diagnostics.checks === null)
  return (
    <Screen title="Diagnostics" actions={<ExportMenu isDisabled={isEmpty} />}>
      {diagnostics === null ? (
        <p className={sections.empty}>Reading what was found…</p>
      ) : (
        <>
          <MachineChecks run={diagnostics.checks} />
          <BenchSection results={diagnostics.bench} />
        </>
      )}
    </Screen>
  )
}
