/** The chains that come with Stoker, and which models of those that are here they are added with. */
import draftAndJudge from '../../../../resources/chains/draft-and-judge.json' with { type: 'json' }
import summariseAndCritique from '../../../../resources/chains/summarise-and-critique.json' with { type: 'json' }
import translateFiles from '../../../../resources/chains/translate-files.json' with { type: 'json' }
import type { Chain } from '../../../shared/chain.ts'
import type { ModelId } from '../../../shared/model.ts'
import { readChain } from './chainDocument.ts'

/** A model that might be asked. */
export interface SampleModel {
  id: ModelId
  sizeBytes: number | null
  /** Null: its server does not say. */
  capabilities: readonly string[] | null
  /** Of random weights: taken only where there is nothing else. */
  isSample: boolean
  /** Known to fit into this machine's memory, alone at least. */
  fits: boolean
}

export interface SampleChain {
  /** What `chains.addSample` is asked for. */
  name: string
  title: string
  description: string
  stepCount: number
  /** With no model chosen. */
  chain: Chain
  /** By step id. */
  wants: ReadonlyMap<string, 'small' | 'big'>
}

export const sampleChains: readonly SampleChain[] = [summariseAndCritique, draftAndJudge, translateFiles].map(
  (document) => {
    const chain = readChain(JSON.stringify(document), () => document.id)
    const { id, name, description, steps } = chain
    const wants = new Map(
      document.steps.map((step) => [step.id, step.wants === 'big' ? ('big' as const) : ('small' as const)])
    )
    return { name: id, title: name, description, stepCount: steps.length, chain, wants }
  }
)

/** Small: the smallest that answers; big: the largest that is known to fit, else the small one. What there is none of is left open. */
export function withModels({ chain, wants }: SampleChain, models: readonly SampleModel[]): Chain {
  const answering = models.filter(({ capabilities }) => capabilities === null || capabilities.includes('completion'))
  const real = answering.filter(({ isSample }) => !isSample)
  const bySize = (real.length > 0 ? real : answering).toSorted(
    (a, b) => (a.sizeBytes ?? Infinity) - (b.sizeBytes ?? Infinity) || keyOf(a).localeCompare(keyOf(b))
  )
  const fitting = bySize.filter(({ fits }) => fits)
  const small = fitting[0] ?? bySize[0]
  const big = fitting.findLast(({ sizeBytes }) => sizeBytes !== null) ?? small
  const steps = chain.steps.map((step) => ({
    ...step,
    model: (wants.get(step.id) === 'big' ? big : small)?.id ?? null
  }))
  return { ...chain, steps }
}

function keyOf({ id }: SampleModel): string {
  return `${id.hostId}/${id.name}`
}
