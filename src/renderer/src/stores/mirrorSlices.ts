/** Which question and which events feed each mirror. */
import type { CoreEvent, EventType, Input, Output, Route } from '../../../shared/contract.ts'
import { coreClock } from '../lib/coreClock.ts'
import type { Client } from '../host/createClient.ts'
import { activityPageSize, useActivityStore, withEvents, withNewest } from './activityStore.ts'
import { useChainStore } from './chainStore.ts'
import { showInColour } from './colourStore.ts'
import { useDiagnosticsStore } from './diagnosticsStore.ts'
import { useFitStore, withFits } from './fitStore.ts'
import { useHostRequestStore, withHostRequests } from './hostRequestStore.ts'
import { useHostStore } from './hostStore.ts'
import { useInfoStore } from './infoStore.ts'
import { finestRangeMs, historyRangeMs, useMemoryStore, withFiner, withHistory, withSample } from './memoryStore.ts'
import { isResident, useModelStore, withModel, withModels } from './modelStore.ts'
import { useModelsFileStore } from './modelsFileStore.ts'
import { useOperationStore, withOperations, withProgress } from './operationStore.ts'
import { useRuleStore } from './ruleStore.ts'
import { runListLength, useRunStore, withMoved, withRuns, withSnapshot, withTokens } from './runStore.ts'
import { useSavingStore } from './savingStore.ts'
import { useSettingStore } from './settingStore.ts'

/** A piece that no snapshot holds: kept out of the order, or it would be lost whenever its slice is asked again. */
export function isDelta(event: CoreEvent): boolean {
  if (event.type === 'run.tokens' || event.type === 'run.moved') return true
  return event.type === 'operation.progress' && event.payload.progress.kind === 'tokens'
}

export interface MirrorSlice {
  events: readonly EventType[]
  ask(client: Client): Promise<{ revision: number; apply(): void }>
  apply(event: CoreEvent): void
}

function slice<R extends Route>(
  route: R,
  input: Input<R>,
  take: (data: Output<R>) => void,
  events: { [Type in EventType]?: (payload: Extract<CoreEvent, { type: Type }>['payload']) => void } = {}
): MirrorSlice {
  return {
    events: Object.keys(events) as EventType[],
    async ask(client) {
      const { data, revision } = await client.ask(route, input)
      return { revision, apply: () => take(data) }
    },
    apply(event) {
      // The map above is keyed by the event's own type; TypeScript cannot follow that through a lookup.
      const handler = events[event.type] as ((payload: CoreEvent['payload']) => void) | undefined
      handler?.(event.payload)
    }
  }
}

function colourResidents(): void {
  const { byKey, keys } = useModelStore.getState()
  showInColour(
    keys.filter((key) => {
      const model = byKey[key]
      return model !== undefined && isResident(model)
    })
  )
}

/** The last hour, its newest minutes sample by sample. */
function memoryHistorySlice(): MirrorSlice {
  const ask = (client: Client, rangeMs: number) => client.ask('memory.history', { rangeMs, maxPoints: 600 })
  return {
    events: [],
    async ask(client) {
      const [hour, newest] = await Promise.all([ask(client, historyRangeMs), ask(client, finestRangeMs)])
      const points = withFiner(hour.data.points, newest.data.points)
      return {
        revision: newest.revision,
        apply() {
          useMemoryStore.setState((mirror) => withHistory(mirror, points))
          showInColour([...new Set(points.flatMap((point) => Object.keys(point.held)))])
        }
      }
    },
    apply() {}
  }
}

export function createMirrorSlices(): MirrorSlice[] {
  const models = useModelStore.setState
  const requests = useHostRequestStore.setState
  const fits = useFitStore.setState
  const memory = useMemoryStore.setState
  const operations = useOperationStore.setState
  const activity = useActivityStore.setState
  return [
    slice('app.info', {}, (info) => useInfoStore.setState({ info })),
    slice('hosts.list', {}, ({ hosts }) => useHostStore.setState({ hosts, isKnown: true }), {
      'hosts.changed': ({ hosts }) => useHostStore.setState({ hosts })
    }),
    slice('hosts.requests', {}, ({ hosts }) => requests((mirror) => withHostRequests(mirror, hosts)), {
      'requests.changed': ({ hosts }) => requests((mirror) => withHostRequests(mirror, hosts))
    }),
    slice('models.savings', {}, ({ savings }) => useSavingStore.setState({ savings }), {
      'savings.changed': ({ savings }) => useSavingStore.setState({ savings })
    }),
    slice('modelsFile.get', {}, (file) => useModelsFileStore.setState({ file }), {
      'modelsFile.changed': ({ file }) => useModelsFileStore.setState({ file })
    }),
    slice('warmup.list', {}, ({ rules }) => useRuleStore.setState({ rules, isKnown: true }), {
      'warmup.changed': ({ rules }) => useRuleStore.setState({ rules })
    }),
    slice('chains.list', {}, ({ chains }) => useChainStore.setState({ chains, isKnown: true }), {
      'chains.changed': ({ chains }) => useChainStore.setState({ chains })
    }),
    slice(
      'runs.list',
      { limit: runListLength },
      ({ runs }) => useRunStore.setState((mirror) => withSnapshot(mirror, runs)),
      {
        'runs.changed': ({ runs }) => useRunStore.setState((mirror) => withRuns(mirror, runs)),
        'run.moved': ({ runId, steps }) => useRunStore.setState((mirror) => withMoved(mirror, runId, steps)),
        'run.tokens': (piece) => useRunStore.setState((mirror) => withTokens(mirror, piece)),
        'run.progressed': ({ runId, progress }) =>
          useRunStore.setState((mirror) => ({ progress: { ...mirror.progress, [runId]: progress } }))
      }
    ),
    slice('diagnostics.get', {}, (diagnostics) => useDiagnosticsStore.setState({ diagnostics }), {
      'diagnostics.changed': (diagnostics) => useDiagnosticsStore.setState({ diagnostics })
    }),
    slice(
      'models.list',
      {},
      (data) => {
        models((mirror) => withModels(mirror, data.models))
        colourResidents()
      },
      {
        'models.changed': (payload) => {
          models((mirror) => withModels(mirror, payload.models))
          colourResidents()
        },
        'model.changed': (payload) => {
          models((mirror) => withModel(mirror, payload.model))
          if (isResident(payload.model)) colourResidents()
        }
      }
    ),
    slice('models.fits', {}, ({ fits: all, relief }) => fits((mirror) => withFits(mirror, all, relief)), {
      'fits.changed': (payload) => fits((mirror) => withFits(mirror, payload.fits, payload.relief))
    }),
    slice('memory.current', {}, (sample) => memory({ sample }), {
      'memory.sampled': ({ sample }) => {
        if (!sample.isStale) coreClock.note(sample.sampledAt, Date.now())
        memory((mirror) => withSample(mirror, sample))
      }
    }),
    memoryHistorySlice(),
    slice('operations.list', {}, (data) => operations((mirror) => withOperations(mirror, data.operations)), {
      'operations.changed': (payload) => operations((mirror) => withOperations(mirror, payload.operations)),
      'operation.progress': ({ operationId, progress }) =>
        operations((mirror) => withProgress(mirror, operationId, progress))
    }),
    slice(
      'events.list',
      { limit: activityPageSize },
      ({ events }) => activity((mirror) => withNewest(mirror, events)),
      { 'events.added': ({ event }) => activity((mirror) => withEvents(mirror, [event])) }
    ),
    slice('settings.get', {}, ({ settings }) => useSettingStore.setState({ settings, isKnown: true }), {
      'settings.changed': ({ settings }) => useSettingStore.setState({ settings })
    })
  ]
}
