/** Brings a model before the person's eyes, from wherever it was named. */
import { isNarrow } from '../../components/useWidth.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { useUiStore } from '../../stores/uiStore.ts'
import { isFound } from './arrangeModels.ts'

/** A row that was clicked: its panel is drawn over the list where there is no room beside it. */
export function selectModel(key: string): void {
  useUiStore.setState({ selectedKey: key, isDrawerOpen: isNarrow() })
}

/** From the palette and the memory bar: also clears a search that would hide the row. */
export function showModel(key: string): void {
  selectModel(key)
  useUiStore.setState(({ search }) => {
    const model = useModelStore.getState().byKey[key]
    const isHidden = model !== undefined && !isFound(model, search)
    return { screen: 'models', isInspectorOpen: true, search: isHidden ? '' : search }
  })
}
