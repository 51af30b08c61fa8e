/** Whether a load makes room by itself: two small models where only one may be loaded. */
import { formatBytes } from '../../shared/byteWords.ts'
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { Model } from '../../shared/model.ts'
import { sameModel } from '../../shared/modelKey.ts'
import { formatTaken } from '../../shared/span.ts'
import type { Clock } from '../lib/clock.ts'
import { failed, ok, skipped, trialReason, type Finding } from './checkParts.ts'
import { isResident, type DiagnosedModels } from './diagnosedModels.ts'

export interface EvictionDeps {
  models: DiagnosedModels
  /** Until the returned function is called, so many models may be loaded. */
  limitLoaded: (count: number) => () => void
  /** Hears every line of the event log until the returned function is called. */
  listen: (listener: (event: NewActivityEvent) => void) => () => void
  clock: Clock
}

export async function evictionFinding(
  { models, limitLoaded, listen, clock }: EvictionDeps,
  [first, second]: [Model, Model],
  signal: AbortSignal
): Promise<Finding> {
  const theirs = (): Model | undefined =>
    models.list().find((model) => isResident(model) && ![first, second].some(isSame(model)))
  await models.load(first.id, trialReason, signal)
  const early = theirs()
  if (early) return cameBetween(early)
  let leaving: NewActivityEvent | null = null as NewActivityEvent | null
  const lift = limitLoaded(1)
  const stopListening = listen((event) => {
    const isEviction = event.kind === 'unloaded' && (event.actor === 'limit' || event.actor === 'budget')
    if (!isEviction || !event.modelId || !sameModel(event.modelId, first.id)) return
    leaving = event
    // Whatever a person loads from now on is not to go for this.
    lift()
  })
  try {
    const startedAt = clock.now()
    await models.load(second.id, trialReason, signal)
    const took = formatTaken(clock.now() - startedAt)
    const late = theirs()
    if (late && leaving === null) return cameBetween(late)
    if (leaving === null)
      return failed(
        `${first.id.name} was not unloaded for ${second.id.name}, though only one was to stay.`,
        'Activity says what happened to the two.'
      )
    const returned = leaving.bytes === null ? '' : `, gave ${formatBytes(leaving.bytes)} back`
    return ok(`${first.id.name} left for ${second.id.name}${returned}. Making room and loading took ${took}.`)
  } finally {
    lift()
    stopListening()
  }
}

function cameBetween({ id }: Model): Finding {
  return skipped(`${id.name} was loaded in between.`, 'Run the checks again when nothing else loads.')
}

function isSame(model: Model): (other: Model) => boolean {
  return (other) => sameModel(model.id, other.id)
}
