/** The models that two runs asked, step by step. Pure. */
import type { Step } from '../../../../../shared/chain.ts'
import type { ModelId } from '../../../../../shared/model.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import type { RunDetail } from '../../../../../shared/run.ts'
import { aliasHostId } from '../../../lib/aliasHost.ts'
import { pairSteps } from './comparedChains.ts'

type HostName = (hostId: string) => string

interface ComparedModels {
  /** The step; "Models" or "Other steps": all that have no row of their own. */
  label: string
  values: readonly [string, string]
  isUnlike: boolean
}

interface Asked {
  id: ModelId
  /** "coder → qwen3:8b". */
  label: string
}

const nothing = '–'
/** Steps with a row of their own. */
const mostRows = 6

/** What an alias stood for when it ran, as far as its plan says. */
function askedModel({ progress: { plan, done } }: RunDetail, step: Step | null): Asked | null {
  if (step === null || step.model === null) return null
  const { model } = step
  if (model.hostId !== aliasHostId) return { id: model, label: model.name }
  for (const action of [...done, ...(plan?.actions ?? [])]) {
    const place = action.kind === 'run' ? action.models[action.stepIds.indexOf(step.id)] : undefined
    const id = place === undefined ? undefined : plan?.models[place]?.id
    if (id !== undefined) return { id, label: `${model.name} → ${id.name}` }
  }
  return { id: model, label: model.name }
}

const isSame = (a: Asked | null, b: Asked | null): boolean =>
  a === null || b === null ? a === b : modelKey(a.id) === modelKey(b.id)

function askedPairs(runs: readonly [RunDetail, RunDetail]) {
  return pairSteps([runs[0].chain, runs[1].chain]).map(({ name, steps }) => ({
    name,
    asked: [askedModel(runs[0], steps[0]), askedModel(runs[1], steps[1])] as const
  }))
}

export function areModelsSame(runs: readonly [RunDetail, RunDetail]): boolean {
  return askedPairs(runs).every(({ asked: [a, b] }) => isSame(a, b))
}

/** A row for each of the first few steps whose models differ, and one for all other steps. */
export function comparedModels(runs: readonly [RunDetail, RunDetail], hostName: HostName): ComparedModels[] {
  const pairs = askedPairs(runs)
  const own = pairs.filter(({ asked: [a, b] }) => !isSame(a, b)).slice(0, mostRows)
  const others = pairs.filter((pair) => !own.includes(pair))
  const rows = own.map(({ name, asked: [a, b] }): ComparedModels => {
    // Of one name on two hosts: only the host tells them apart.
    const say = (asked: Asked | null): string =>
      asked === null ? nothing : a?.label === b?.label ? `${asked.label} (${hostName(asked.id.hostId)})` : asked.label
    return { label: name, values: [say(a), say(b)], isUnlike: true }
  })
  if (others.length === 0) return rows
  const all = (place: 0 | 1): string =>
    [...new Set(others.map(({ asked }) => asked[place]?.label ?? nothing))].join(', ')
  const isUnlike = others.some(({ asked: [a, b] }) => !isSame(a, b))
  return [...rows, { label: own.length === 0 ? 'Models' : 'Other steps', values: [all(0), all(1)], isUnlike }]
}
