/** The pipelines of all hosts in one object: the hosts' registry asks for them, the screens and the metrics look at them. */
import { StokerError } from '../../shared/errors.ts'
import type { HostRequests } from '../../shared/hostRequests.ts'
import type { ModelId, TimeLimit } from '../../shared/model.ts'
import type { Provider } from '../providers/provider.ts'
import type { ObservedCall } from './callContext.ts'
import type { HealthNote } from './hostHealth.ts'
import { createRequestPipeline, type PipelineDeps, type RequestPipeline } from './requestPipeline.ts'
import type { MeasuredModel } from './timeLimits.ts'

export interface HostPipelinesDeps extends Pick<PipelineDeps, 'settings' | 'log' | 'clock' | 'random' | 'logger'> {
  measuredOf: (id: ModelId) => MeasuredModel
  checkSoon: (hostId: string) => void
  onChanged: (hosts: HostRequests[]) => void
  /** For the metrics; answers of the hosts' watch are not among them. */
  onCall?: (call: ObservedCall & { hostId: string }) => void
}

export interface HostPipelines {
  /** The host's provider as everyone else gets it; disposing it ends its pipeline, too. */
  guard(host: PipelineDeps['host'], provider: Provider): Provider
  list(): HostRequests[]
  /** The limits in force for a model, and why. Throws `host_not_found`. */
  timeouts(id: ModelId): TimeLimit[]
  setPressure(isShort: boolean): void
  noteHealth(hostId: string, note: HealthNote): void
  /** Who waits may begin by a higher limit. */
  settingsChanged(): void
}

export function createHostPipelines(deps: HostPipelinesDeps): HostPipelines {
  const pipelines = new Map<string, RequestPipeline>()
  let isShort = false
  const list = (): HostRequests[] => [...pipelines.values()].map((pipeline) => pipeline.state())

  return {
    guard(host, provider) {
      const { onCall } = deps
      const pipeline = createRequestPipeline(
        {
          ...deps,
          host,
          measuredOf: (name) => deps.measuredOf({ hostId: host.id, name }),
          checkSoon: () => deps.checkSoon(host.id),
          onChanged: () => deps.onChanged(list()),
          onCall: onCall && ((call) => onCall({ ...call, hostId: host.id }))
        },
        provider
      )
      pipeline.setPressure(isShort)
      pipelines.set(host.id, pipeline)
      const guarded = pipeline.provider
      return {
        ...guarded,
        async dispose() {
          // By then the host may have a new one already.
          if (pipelines.get(host.id) === pipeline && pipelines.delete(host.id)) deps.onChanged(list())
          await guarded.dispose()
        }
      }
    },
    list,
    timeouts(id) {
      const pipeline = pipelines.get(id.hostId)
      if (!pipeline)
        throw new StokerError('host_not_found', `There is no host "${id.hostId}".`, 'Choose one from the sidebar.')
      return pipeline.timeouts(id.name)
    },
    setPressure(next) {
      isShort = next
      for (const pipeline of pipelines.values()) pipeline.setPressure(next)
    },
    noteHealth: (hostId, note) => pipelines.get(hostId)?.noteHealth(note),
    settingsChanged() {
      for (const pipeline of pipelines.values()) pipeline.settingsChanged()
    }
  }
}
