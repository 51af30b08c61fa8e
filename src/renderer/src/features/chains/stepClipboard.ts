/** Steps as they are copied: JSON with a mark of its own, so that a chain, or a part of one, can go through any text. Pure. */
import type { Step } from '../../../../shared/chain.ts'
import { makeStep } from './chainEdits.ts'

const mark = 'stoker.steps.1'

export function copiedText(steps: readonly Step[]): string {
  return JSON.stringify({ kind: mark, steps }, null, 2)
}

/** null: the text is something else. What a step lacks is as in a new one; the core checks the rest when it is saved. */
export function readCopied(text: string): Step[] | null {
  if (!text.includes(mark)) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!isRecord(value) || value.kind !== mark || !Array.isArray(value.steps)) return null
  const steps = value.steps.flatMap((each) => readStep(each) ?? [])
  return steps.length === 0 ? null : steps
}

function readStep(value: unknown): Step | null {
  if (!isRecord(value) || typeof value.name !== 'string') return null
  const plain = makeStep(value.name.slice(0, 200), readPlace(value.position), null)
  const of = value as Partial<Step>
  return {
    ...plain,
    model:
      isRecord(of.model) && typeof of.model.hostId === 'string' && typeof of.model.name === 'string' ? of.model : null,
    prompt: typeof of.prompt === 'string' ? of.prompt : '',
    system: typeof of.system === 'string' ? of.system : '',
    options: isRecord(of.options) ? of.options : {},
    contextLength: typeof of.contextLength === 'number' ? of.contextLength : null,
    contextPolicy: typeof of.contextPolicy === 'string' ? of.contextPolicy : plain.contextPolicy,
    output: isRecord(of.output) ? of.output : plain.output,
    stopConditions: Array.isArray(of.stopConditions) ? of.stopConditions : [],
    onError: isRecord(of.onError) ? { ...plain.onError, ...of.onError } : plain.onError
  }
}

function readPlace(value: unknown): { x: number; y: number } {
  const number = (each: unknown): number => (typeof each === 'number' && Number.isFinite(each) ? each : 0)
  return isRecord(value) ? { x: number(value.x), y: number(value.y) } : { x: 0, y: 0 }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
