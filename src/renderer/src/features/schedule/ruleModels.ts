/** The models of rules as the page shows them: what each is called, its colour and its bytes. */
import { useCallback, useMemo } from 'react'
import type { ModelId } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import type { Rule } from '../../../../shared/schedule.ts'
import { aliasHostId } from '../../lib/aliasHost.ts'
import { colourOf, useColourStore, useModelColours, type ModelColour } from '../../stores/colourStore.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { useTargetOf } from '../../stores/modelsFileStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import type { NameOf } from './scheduleWords.ts'

/** Its name; with its host where another host has one of the same name. */
export function useNameOf(): NameOf {
  const keys = useModelStore((mirror) => mirror.keys)
  const hosts = useHostStore((mirror) => mirror.hosts)
  const twice = useMemo(() => namesOfMany(keys), [keys])
  return useCallback(
    ({ hostId, name }) => {
      if (hostId === aliasHostId || !twice.has(name)) return name
      return `${name} (${hosts.find((host) => host.id === hostId)?.name ?? hostId})`
    },
    [twice, hosts]
  )
}

function namesOfMany(keys: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const key of keys) {
    const name = key.slice(key.indexOf('/') + 1)
    if (seen.has(name)) twice.add(name)
    seen.add(name)
  }
  return twice
}

/** The colours of a rule's models; an alias has its model's. They are chosen for the whole schedule at once, by useScheduleColours. */
export function useRuleColours(): (id: ModelId) => ModelColour {
  const targetOf = useTargetOf()
  const chosen = useColourStore((state) => state.chosen)
  return useCallback((id) => colourOf(chosen, modelKey(targetOf(id))), [chosen, targetOf])
}

/** Models of all rules stand side by side in one week: they are told apart there. */
export function useScheduleColours(rules: readonly Rule[]): void {
  const targetOf = useTargetOf()
  useModelColours([...new Set(rules.flatMap(({ models }) => models.map(({ id }) => modelKey(targetOf(id)))))])
}
