/** Under memory pressure: says so once, offers what could be unloaded, and unloads it one by one where the person allowed that. */
import type { NewActivityEvent } from '../../shared/activity.ts'
import { toErrorInfo } from '../../shared/errors.ts'
import type { Relief } from '../../shared/fit.ts'
import type { MemorySample } from '../../shared/memory.ts'
import type { ModelId } from '../../shared/model.ts'
import type { Settings } from '../../shared/settings.ts'
import { formatSpan } from '../../shared/span.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { newActivity } from '../lib/newActivity.ts'
import type { Request } from './modelContext.ts'
import { nextPressure, nextToGo, reliefOf, unpressed } from './pressurePolicy.ts'
import type { Resident } from './resident.ts'

export interface PressureReliefDeps {
  residents: (sample: MemorySample | null) => Resident[]
  reaction: () => Settings['pressureReaction']
  /** Null when it is in use after all. */
  unloadIfIdle: (id: ModelId, request: Request) => Promise<unknown>
  /** Stops what could wait. */
  setPaused: (isPaused: boolean) => void
  log: (event: NewActivityEvent) => void
  clock: Clock
  logger: Logger
}

export interface PressureRelief {
  sampled(sample: MemorySample): void
  /** What could be unloaded now; null while memory is not short, and where nobody could go. */
  relief(): Relief | null
}

/** Memory takes a moment to come back, and the system to notice. */
const betweenUnloadsMs = 10_000

const levelWords = {
  warn: 'the system warns',
  critical: 'the system calls it critical'
}

export function createPressureRelief(deps: PressureReliefDeps): PressureRelief {
  const { clock } = deps
  const startedAt = clock.now()
  let state = unpressed
  let pressedAt = startedAt
  let newest: MemorySample | null = null
  let isUnloading = false
  let lastUnloadAt = -Infinity
  /** Would not go in this stretch of pressure: not asked again and again. */
  const spared = new Set<string>()

  function tell(kind: 'pressure_high' | 'pressure_normal', reason: string): void {
    deps.log(newActivity({ kind, actor: 'stoker', reason }))
  }

  function turn(sample: MemorySample): void {
    const wasPressed = state.isPressed
    state = nextPressure(state, sample.pressure)
    if (state.isPressed === wasPressed) return
    deps.setPaused(state.isPressed)
    if (state.isPressed) {
      pressedAt = clock.now()
      spared.clear()
      tell('pressure_high', levelWords[sample.pressure === 'critical' ? 'critical' : 'warn'])
    } else tell('pressure_normal', `it lasted ${formatSpan((clock.now() - pressedAt) / 1_000)}`)
  }

  async function unload({ id, key, lastUsedAt }: Resident): Promise<void> {
    isUnloading = true
    const idleSeconds = Math.round((clock.now() - (lastUsedAt ?? startedAt)) / 1_000)
    const reason = `because memory was short, and nobody had used it for ${formatSpan(idleSeconds)}`
    try {
      await deps.unloadIfIdle(id, { actor: 'pressure', reason })
    } catch (error) {
      spared.add(key)
      deps.logger.warn('a model could not be unloaded under memory pressure', toErrorInfo(error))
    } finally {
      isUnloading = false
      lastUnloadAt = clock.now()
    }
  }

  return {
    sampled(sample) {
      // An old reading says nothing of now.
      if (sample.isStale) return
      newest = sample
      turn(sample)
      const isShortNow = state.isPressed && sample.pressure !== null && sample.pressure !== 'normal'
      const mayUnload = deps.reaction() === 'unload' && !isUnloading && clock.now() - lastUnloadAt >= betweenUnloadsMs
      if (!isShortNow || !mayUnload) return
      const victim = nextToGo(deps.residents(sample), sample, clock.now(), startedAt, spared)
      if (victim) void unload(victim)
    },
    relief: () => (newest !== null && state.isPressed ? reliefOf(deps.residents(newest), newest) : null)
  }
}
