/** What is so at the moment of a scrape, read from the services: hosts, queues, models, memory. */
import type { HostRequests } from '../../shared/hostRequests.ts'
import { breakerStates } from '../../shared/hostRequests.ts'
import type { MemorySample } from '../../shared/memory.ts'
import type { Host, Model } from '../../shared/model.ts'
import type { Family } from './exposition.ts'
import type { Labels, Point } from './tally.ts'

export interface GaugeSources {
  version: string
  startedAt: number
  models: () => readonly Model[]
  hosts: () => readonly Host[]
  /** How each host is doing as one that is asked. */
  requests: () => readonly HostRequests[]
}

export function createGauges(sources: GaugeSources, sample: () => MemorySample | null): Family[] {
  const gauge = (name: string, help: string, points: () => Point[]): Family => ({ name, help, type: 'gauge', points })
  const ofHosts = (value: (host: Host) => number) => () =>
    sources.hosts().map((host) => ({ labels: { host: host.id }, value: value(host) }))
  const ofRequests = (value: (requests: HostRequests) => number) => () =>
    sources.requests().map((requests) => ({ labels: { host: requests.hostId }, value: value(requests) }))
  const ofSample = (value: (sample: MemorySample) => number | null) => () =>
    known({}, sample() && value(sample() as MemorySample))
  const readyOn = (hostId: string): number =>
    sources.models().filter(({ id, state }) => id.hostId === hostId && state === 'ready').length

  return [
    gauge('stoker_build_info', 'Always 1; the version of Stoker is its label.', () => [
      { labels: { version: sources.version }, value: 1 }
    ]),
    gauge('stoker_start_time_seconds', 'When Stoker started, in seconds since 1970.', () => [
      { labels: {}, value: sources.startedAt / 1000 }
    ]),
    gauge(
      'stoker_host_up',
      '1 where the host answers, also late; 0 where it is down or was not asked yet.',
      ofHosts(isUp)
    ),
    gauge('stoker_host_breaker_state', '1 for the state the breaker of the host is in, 0 for the others.', () =>
      sources
        .requests()
        .flatMap(({ hostId, breaker }) =>
          breakerStates.map((state) => ({ labels: { host: hostId, state }, value: breaker.state === state ? 1 : 0 }))
        )
    ),
    gauge(
      'stoker_queue_waiting',
      'Answers that wait for their turn.',
      ofRequests(({ queue }) => queue.waitingCount)
    ),
    gauge(
      'stoker_queue_running',
      'Answers under way.',
      ofRequests(({ queue }) => queue.running)
    ),
    gauge(
      'stoker_queue_limit',
      'Answers that may run at once now.',
      ofRequests(({ queue }) => queue.limit)
    ),
    gauge(
      'stoker_models_installed',
      'Models on the host.',
      ofHosts(({ id }) => installedOn(sources.models(), id))
    ),
    gauge(
      'stoker_models_loaded',
      'Models that are in memory and can answer.',
      ofHosts(({ id }) => readyOn(id))
    ),
    gauge(
      'stoker_model_held_bytes',
      'What a loaded model holds, by the newest sample; absent where nobody knows.',
      () =>
        (sample()?.models ?? []).flatMap(({ id, heldBytes }) => known({ host: id.hostId, model: id.name }, heldBytes))
    ),
    gauge('stoker_model_tokens_per_second', 'Of the last answer of a loaded model.', () =>
      sources
        .models()
        .flatMap(({ id, state, tokensPerSecond }) =>
          state === 'ready' ? known({ host: id.hostId, model: id.name }, tokensPerSecond) : []
        )
    ),
    gauge(
      'stoker_memory_used_bytes',
      'Memory in use on this machine.',
      ofSample(({ usedBytes }) => usedBytes)
    ),
    gauge(
      'stoker_memory_available_bytes',
      'Memory that programs can still get.',
      ofSample((each) => each.availableBytes)
    ),
    gauge(
      'stoker_memory_budget_bytes',
      'What models may hold together.',
      ofSample(({ budgetBytes }) => budgetBytes)
    )
  ]
}

/** Unknown is absent, never 0. */
function known(labels: Labels, value: number | null): Point[] {
  return value === null ? [] : [{ labels, value }]
}

function isUp({ status }: Host): number {
  return status === 'ok' || status === 'slow' ? 1 : 0
}

function installedOn(models: readonly Model[], hostId: string): number {
  return models.filter(({ id, state }) => id.hostId === hostId && state !== 'absent').length
}
