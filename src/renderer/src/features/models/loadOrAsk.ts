/** Loads a model, or asks first where the core would refuse: the same from its row, the inspector, the keys and the palette. */
import type { Prediction } from '../../../../shared/fit.ts'
import type { ModelId } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { loadModel } from '../../actions/modelActions.ts'
import { useFitStore } from '../../stores/fitStore.ts'
import { openDialog, useUiStore } from '../../stores/uiStore.ts'
import { isRefused } from './fitWords.ts'

/** `asked`: what was predicted for the context length it is to have; left out, it is the default one's. */
export function loadOrAsk(id: ModelId, asked?: Prediction): void {
  useUiStore.setState({ planned: null })
  const key = modelKey(id)
  const contextLength = asked?.contextLength ?? null
  if (isRefused(asked ?? useFitStore.getState().byKey[key]))
    openDialog({ name: 'load-anyway', key, contextLength, wasRefused: false })
  else void loadModel(id, contextLength === null ? {} : { contextLength })
}
