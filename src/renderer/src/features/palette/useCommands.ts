/** The palette's commands, tied to the page's own actions. */
import { useMemo } from 'react'
import { checkMachine } from '../../actions/diagnosticsActions.ts'
import { checkHost } from '../../actions/hostActions.ts'
import { cancelOperation, setKeepAlive, setPinned, unloadModel } from '../../actions/modelActions.ts'
import { isConnectedFor, notifyFailure } from '../../actions/notify.ts'
import { warmUpModel } from '../../actions/warmUpModel.ts'
import { request } from '../../host/client.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { useFitStore } from '../../stores/fitStore.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { settingValue, useSettingStore } from '../../stores/settingStore.ts'
import { goTo, openDialog, useUiStore } from '../../stores/uiStore.ts'
import { useChainCommands } from '../chains/useChainCommands.ts'
import { loadOrAsk } from '../models/loadOrAsk.ts'
import { exportMemory } from '../memory/exportMemory.ts'
import { showModel } from '../models/showModel.ts'
import { useRunCommands } from '../runs/useRunCommands.ts'
import { useRuleCommands } from '../schedule/useRuleCommands.ts'
import { commands, type Command, type Deeds, type Theme } from './commands.ts'

async function setTheme(theme: Theme): Promise<void> {
  const what = 'The theme was not changed'
  if (!isConnectedFor(what)) return
  try {
    await request('settings.update', { name: 'theme', value: theme })
  } catch (thrown) {
    notifyFailure(what, thrown)
  }
}

const deeds: Deeds = {
  goTo,
  load: (id) => loadOrAsk(id),
  unload: (id) => void unloadModel(id),
  cancel: (operationId) => void cancelOperation(operationId),
  pin: (id, isPinned) => void setPinned(id, isPinned),
  select: (id) => showModel(modelKey(id)),
  open: (name) => {
    // What these dialogs start is shown in the list of models.
    if (name !== 'add-host') goTo('models')
    openDialog({ name })
  },
  warmUp: (id) => void warmUpModel(id),
  keep: (id, seconds) => void setKeepAlive(id, seconds),
  openHost: (hostId) => openDialog({ name: 'host', hostId }),
  checkMachine: () => {
    // Its steps and what it finds are shown there.
    goTo('diagnostics')
    void checkMachine()
  },
  checkHost: (hostId) => void checkHost(hostId),
  exportMemory: () => void exportMemory(),
  setTheme: (theme) => void setTheme(theme)
}

export function useCommands(): Command[] {
  const { byKey, keys } = useModelStore()
  const hosts = useHostStore((mirror) => mirror.hosts)
  const fits = useFitStore((mirror) => mirror.byKey)
  const theme = useSettingStore((mirror) => settingValue(mirror, 'theme'))
  const selectedKey = useUiStore((ui) => ui.selectedKey)
  const ofRules = useRuleCommands()
  const ofRuns = useRunCommands()
  const ofChains = useChainCommands()
  return useMemo(() => {
    const models = keys.flatMap((key) => byKey[key] ?? [])
    const all = commands({ models, hosts, fits, selectedKey, theme, deeds })
    const afterActions = all.findLastIndex(({ group }) => group === 'Actions') + 1
    return [...all.slice(0, afterActions), ...ofChains, ...ofRuns, ...ofRules, ...all.slice(afterActions)]
  }, [byKey, keys, hosts, fits, selectedKey, theme, ofRules, ofRuns, ofChains])
}
