/** The models of the open chain, each once, so that their colours are told apart; the same list while they stay. */
import { modelKey } from '../../../../shared/modelKey.ts'
import { useModelsFileStore } from '../../stores/modelsFileStore.ts'
import { aliasHostId } from '../schedule/aliasHost.ts'
import { useChainDocument } from './chainDocument.ts'

export function useStepKeys(): string[] {
  const aliases = useModelsFileStore(({ file }) => file?.aliases)
  const list = useChainDocument(({ chain }) => {
    const keys = (chain?.steps ?? []).flatMap(({ model }) => {
      if (model === null) return []
      const target =
        model.hostId === aliasHostId ? (aliases?.find(({ name }) => name === model.name)?.target ?? model) : model
      return [modelKey(target)]
    })
    return [...new Set(keys)].join('\n')
  })
  return list === '' ? [] : list.split('\n')
}
