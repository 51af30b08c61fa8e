/** The limits in force for one model, asked when it is selected and whenever they may have changed. */
import { useEffect, useState } from 'react'
import type { Model, TimeLimit } from '../../../../../shared/model.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import { request } from '../../../host/client.ts'
import { useConnectionStore } from '../../../stores/connectionStore.ts'
import { useSettingStore } from '../../../stores/settingStore.ts'

/** Who walks through the list with an arrow key held down asks for the model they stop at. */
const restMs = 150

/** Empty until they are known, and where the core does not know the question. */
export function useTimeLimits(model: Model): readonly TimeLimit[] {
  const [known, setKnown] = useState<{ key: string; limits: readonly TimeLimit[] }>({ key: '', limits: [] })
  const { hostId, name } = model.id
  const key = modelKey(model.id)
  const isHere = model.state !== 'absent'
  const isConnected = useConnectionStore(({ connection }) => connection === 'open')
  // They follow the settings, and what each load and answer has measured.
  const settings = useSettingStore((mirror) => mirror.settings)
  const { loadedAt, activeRequests } = model
  useEffect(() => {
    if (!isHere || !isConnected) return
    let isWanted = true
    const settle = (limits: readonly TimeLimit[]): void => {
      if (isWanted) setKnown({ key, limits })
    }
    const timer = setTimeout(() => {
      request('models.timeouts', { id: { hostId, name } }).then(
        ({ limits }) => settle(limits),
        () => settle([])
      )
    }, restMs)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [hostId, name, key, isHere, isConnected, settings, loadedAt, activeRequests])
  return known.key === key ? known.limits : []
}
