/** Which events a person asked for: by kind, model, host and words. Pure. */
import type { ActivityEvent, ActivityKind } from '../../../../shared/activity.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { sentenceText, type HostName } from './sentence.ts'

export interface ActivityFilter {
  group: ActivityGroup | null
  /** As modelKey writes it. */
  model: string | null
  hostId: string | null
  search: string
}

export const everything: ActivityFilter = { group: null, model: null, hostId: null, search: '' }

export type ActivityGroup = 'memory' | 'stay' | 'disk' | 'hosts' | 'runs' | 'tests' | 'problems'

export const activityGroups: readonly { value: ActivityGroup; label: string }[] = [
  { value: 'memory', label: 'Loads and unloads' },
  { value: 'stay', label: 'Schedule and keep-alive' },
  { value: 'disk', label: 'Downloads and files' },
  { value: 'hosts', label: 'Hosts' },
  { value: 'runs', label: 'Runs of chains' },
  { value: 'tests', label: 'Checks and tests' },
  { value: 'problems', label: 'Problems' }
]

const groupOf: Record<ActivityKind, ActivityGroup> = {
  loaded: 'memory',
  load_failed: 'memory',
  load_cancelled: 'memory',
  unloaded: 'memory',
  unload_failed: 'memory',
  pressure_high: 'problems',
  pressure_normal: 'problems',
  load_late: 'memory',
  warmed_up: 'stay',
  warmup_failed: 'stay',
  warmup_missed: 'stay',
  warmup_clash: 'stay',
  released: 'stay',
  keep_alive_changed: 'stay',
  keep_alive_restored: 'stay',
  engine_crashed: 'memory',
  pulled: 'disk',
  pull_failed: 'disk',
  pull_cancelled: 'disk',
  removed: 'disk',
  copied: 'disk',
  sample_created: 'disk',
  sample_failed: 'disk',
  sample_cancelled: 'disk',
  host_up: 'hosts',
  host_down: 'hosts',
  host_paused: 'hosts',
  host_resumed: 'hosts',
  host_mended: 'hosts',
  run_started: 'runs',
  run_ended: 'runs',
  run_failed: 'runs',
  run_paused: 'runs',
  run_cancelled: 'runs',
  run_interrupted: 'runs',
  bench_ended: 'tests',
  check_ended: 'tests',
  models_file: 'disk',
  problem: 'problems'
}

/** What went wrong is a problem wherever it happened. */
function isIn(group: ActivityGroup, event: ActivityEvent): boolean {
  return groupOf[event.kind] === group || (group === 'problems' && event.error !== null)
}

export function filterActivity(
  events: readonly ActivityEvent[],
  { group, model, hostId, search }: ActivityFilter,
  hostName: HostName
): ActivityEvent[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return events.filter((event) => {
    if (group !== null && !isIn(group, event)) return false
    if (model !== null && (event.modelId === null || modelKey(event.modelId) !== model)) return false
    if (hostId !== null && event.hostId !== hostId) return false
    if (words.length === 0) return true
    const text = sentenceText(event, hostName).toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Every model and host that the events name, in the order of the alphabet. */
export function namedIn(events: readonly ActivityEvent[]): { models: string[]; hostIds: string[] } {
  const models = new Set(events.flatMap((event) => (event.modelId === null ? [] : [modelKey(event.modelId)])))
  const hostIds = new Set(events.flatMap((event) => (event.hostId === null ? [] : [event.hostId])))
  return { models: [...models].sort(), hostIds: [...hostIds].sort() }
}
