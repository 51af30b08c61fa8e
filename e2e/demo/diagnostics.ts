/**
 * The test bench and the checks of the core in the page: step by step, with the results kept. Put into the page as text, so every
 * function stands at its top.
 */
import type { Input } from '../../src/shared/contract.ts'
import type { BenchResult, CheckRun } from '../../src/shared/diagnostics.ts'
import type { ModelId } from '../../src/shared/model.ts'
import { begin, DemoFailure, end, pause, progress, send, type DemoCore } from './pageWork.ts'

function demoDiagnosticsChanged(core: DemoCore): void {
  send(core, { type: 'diagnostics.changed', payload: structuredClone(core.state.diagnostics) })
}

async function demoSteps(
  core: DemoCore,
  kind: 'bench' | 'check',
  operationId: string,
  steps: readonly string[],
  each: (index: number) => void
): Promise<void> {
  if (core.state.operations.some((operation) => operation.kind === 'bench' || operation.kind === 'check'))
    throw new DemoFailure('model_busy', 'The test bench is running already.')
  begin(core, { id: operationId, kind, modelId: null, startedAt: Date.now(), progress: null })
  try {
    for (const [done, words] of steps.entries()) {
      progress(core, operationId, { kind: 'steps', done, total: steps.length, words })
      await pause(core, core.state.loadMs / 4)
      // A cancel ends the step, not only the next one.
      progress(core, operationId, { kind: 'steps', done, total: steps.length, words })
      each(done)
    }
  } finally {
    end(core, operationId)
  }
}

export async function demoBench(
  core: DemoCore,
  { ids, operationId = `bench-${Date.now()}` }: Input<'diagnostics.bench'>
) {
  const wanted = ids ?? core.state.models.map(({ id }) => id)
  const results: BenchResult[] = []
  const words = wanted.map((id, index) => `${index + 1} of ${wanted.length}: ${id.name}`)
  await demoSteps(core, 'bench', operationId, words, (index) => {
    const result = demoResult(wanted[index] as ModelId)
    results.push(result)
    const others = core.state.diagnostics.bench.filter(({ id }) => id.name !== result.id.name)
    core.state.diagnostics.bench = [result, ...others]
    demoDiagnosticsChanged(core)
  })
  return { results }
}

function demoResult(id: ModelId): BenchResult {
  return {
    id,
    at: Date.now(),
    outcome: 'works',
    reason: null,
    loadMs: 4_100,
    firstTokenMs: 410,
    totalMs: 1_300,
    tokensPerSecond: 31.4,
    heldBytes: 3.1e9,
    text: 'Red, green and blue.',
    error: null
  }
}

export async function demoCheck(core: DemoCore, { operationId = `check-${Date.now()}` }: Input<'diagnostics.run'>) {
  const found = core.state.demoChecks
  await demoSteps(
    core,
    'check',
    operationId,
    found.map(({ label }, index) => `${index + 1} of ${found.length}: ${label}`),
    () => undefined
  )
  const run: CheckRun = { at: Date.now(), checks: found }
  core.state.diagnostics.checks = run
  demoDiagnosticsChanged(core)
  return run
}

export function demoDiagnosticsExport({ format }: Input<'diagnostics.export'>) {
  const isJson = format === 'json'
  return {
    fileName: `stoker-diagnostics-2026-03-01-1402.${isJson ? 'json' : 'md'}`,
    text: isJson ? '{}\n' : '# Stoker diagnostics\n'
  }
}
