/** Inputs of the demonstration: batches as they are taken in. Put into the page as text, so every function stands at its top. */
import type { Input } from '../../src/shared/contract.ts'
import type { InputSet, RunInput } from '../../src/shared/run.ts'
import { DemoFailure, type DemoCore } from './pageWork.ts'

export interface DemoInput extends InputSet {
  texts: { name: string; text: string; columns: Record<string, string> | null }[]
}

export function demoAddInput(core: DemoCore, { inputId, input }: Input<'inputs.add'>) {
  const before = core.state.inputs.find(({ id }) => id === inputId)
  const { texts, problems } = demoRead(input as RunInput)
  const all = [...(before?.texts ?? []), ...texts]
  const columns = all.find((each) => each.columns !== null)?.columns ?? {}
  const made: DemoInput = {
    id: inputId,
    kind: input.kind,
    itemCount: all.length,
    bytes: all.reduce((sum, { text }) => sum + text.length, 0),
    columns: Object.keys(columns),
    preview: all
      .slice(0, 5)
      .map(({ name, text }, item) => ({ item, name, preview: text.slice(0, 200), letters: text.length })),
    problems: [...(before?.problems ?? []), ...problems],
    problemCount: (before?.problems.length ?? 0) + problems.length,
    texts: all
  }
  core.state.inputs = [...core.state.inputs.filter((each) => each !== before), made]
  return { input: made }
}

export function demoRemoveInput(core: DemoCore, inputId: string) {
  core.state.inputs = core.state.inputs.filter(({ id }) => id !== inputId)
  return {}
}

function demoRead(input: RunInput): { texts: DemoInput['texts']; problems: string[] } {
  const plain = (name: string, text: string) => ({ name, text, columns: null })
  if (input.kind === 'files') return { texts: input.files.map(({ name, text }) => plain(name, text)), problems: [] }
  if (input.kind === 'text') return { texts: [plain('text', input.text)], problems: [] }
  const lines = input.text.split('\n').map((text, index) => ({ text: text.trim(), name: `line ${index + 1}` }))
  const filled = lines.filter(({ text }) => text !== '')
  if (input.kind === 'lines') return { texts: filled.map(({ name, text }) => plain(name, text)), problems: [] }
  if (input.kind === 'jsonl') return demoReadJson(filled)
  const head = (filled[0]?.text ?? '').split(',')
  const rows = filled.slice(1).map(({ text }, index) => {
    const cells = text.split(',')
    const columns = Object.fromEntries(head.map((name, at) => [name, cells[at] ?? '']))
    const said = Object.entries(columns).map(([column, value]) => `${column}: ${value}`)
    return { name: `row ${index + 1}`, text: said.join('\n'), columns }
  })
  return { texts: rows, problems: [] }
}

function demoReadJson(lines: { name: string; text: string }[]): ReturnType<typeof demoRead> {
  const texts: DemoInput['texts'] = []
  const problems: string[] = []
  for (const { name, text } of lines) {
    try {
      texts.push({ name, text, columns: JSON.parse(text) as Record<string, string> })
    } catch {
      problems.push(`${name} is not JSON`)
    }
  }
  return { texts, problems }
}

export function demoGetInput(core: DemoCore, inputId: string) {
  const input = core.state.inputs.find(({ id }) => id === inputId)
  if (!input) throw new DemoFailure('invalid_input', 'These inputs are no longer kept.')
  return { input }
}
