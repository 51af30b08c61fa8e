/** The model of a step as the page shows it: its name, what an alias stands for, its colour, and whether it is there. */
import type { ModelId } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import type { NeedSource } from '../../../../shared/need.ts'
import { aliasHostId } from '../../lib/aliasHost.ts'
import { useModelColour } from '../../stores/colourStore.ts'
import { useFitStore } from '../../stores/fitStore.ts'
import { useTargetOf } from '../../stores/modelsFileStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'

export interface StepModel {
  /** "coder → qwen3:8b"; null: none is chosen. */
  label: string | null
  colour: string
  isLoaded: boolean
  /** Said in its place: "not on this machine". */
  trouble: string | null
  /** Predicted for its default context. */
  needBytes: number | null
  needSource: NeedSource | null
}

const none: StepModel = {
  label: null,
  colour: 'var(--line-strong)',
  isLoaded: false,
  trouble: 'no model chosen',
  needBytes: null,
  needSource: null
}

export function useStepModel(id: ModelId | null): StepModel {
  const targetOf = useTargetOf()
  const target = id === null ? null : targetOf(id)
  const key = target === null ? '' : modelKey(target)
  const { colour } = useModelColour(key)
  const state = useModelStore((mirror) => (mirror.isKnown ? (mirror.byKey[key]?.state ?? 'absent') : null))
  const needBytes = useFitStore((mirror) => mirror.byKey[key]?.needBytes ?? null)
  const needSource = useFitStore((mirror) => mirror.byKey[key]?.source ?? null)
  if (id === null || target === null) return none
  const isAlias = id.hostId === aliasHostId
  const isLost = isAlias && target === id
  return {
    label: isAlias && !isLost ? `${id.name} → ${target.name}` : id.name,
    colour,
    isLoaded: state === 'ready',
    trouble: isLost ? 'no such alias' : state === 'absent' ? 'not on this machine' : null,
    needBytes,
    needSource
  }
}
