/** When samples are taken: by a timer at the pace in force, at once when asked, never two at a time, never while suspended. */
import type { MemorySample } from '../../shared/memory.ts'
import { hasPassed } from '../lib/clock.ts'
import type { MachineProbe } from './machineReading.ts'
import type { SamplePace } from './samplePace.ts'
import { createSampleTaker, type SampleTakerDeps } from './sampleTaker.ts'

interface SampleLoopDeps extends SampleTakerDeps {
  probe: MachineProbe
}

export interface SampleLoop {
  /** Callers at the same time share one sample. */
  take(): Promise<MemorySample>
  /** Sets the timer anew, by the pace in force. */
  schedule(): void
  isSuspended(): boolean
  end(): void
  controls: {
    start(): void
    suspend(): void
    resume(): void
    refreshSoon(): void
  }
}

export function createSampleLoop(
  deps: SampleLoopDeps,
  pace: SamplePace,
  publish: (sample: MemorySample) => void
): SampleLoop {
  const { probe, clock, logger } = deps
  const taker = createSampleTaker(deps)
  let state: 'new' | 'running' | 'suspended' | 'ended' = 'new'
  let probePaceMs: number | null = null
  let inFlight: Promise<MemorySample> | null = null
  let isAskedAgain = false
  let beganAt = Number.NEGATIVE_INFINITY
  /** Grows when what is under way must no longer be published. */
  let era = 0
  let cancelTimer = (): void => {}

  function setProbePace(intervalMs: number | null): void {
    if (intervalMs === probePaceMs) return
    probePaceMs = intervalMs
    probe.pace(intervalMs)
  }

  function schedule(): void {
    if (state !== 'running' || inFlight !== null) return
    cancelTimer()
    const intervalMs = pace.intervalMs()
    setProbePace(intervalMs)
    cancelTimer = clock.after(hasPassed(clock, beganAt, intervalMs) ? 0 : beganAt + intervalMs - clock.now(), tick)
  }

  function take(): Promise<MemorySample> {
    inFlight ??= takeOne().finally(() => {
      inFlight = null
      if (isAskedAgain) tick()
      else schedule()
      isAskedAgain = false
    })
    return inFlight
  }

  async function takeOne(): Promise<MemorySample> {
    cancelTimer()
    beganAt = clock.now()
    const bornIn = era
    const sample = await taker.take(pace.staleIntervalMs())
    if (bornIn === era) publish(sample)
    return sample
  }

  function tick(): void {
    if (state === 'running') take().catch((error: unknown) => logger.error('A memory sample failed', error))
  }

  function stop(next: 'suspended' | 'ended'): void {
    state = next
    era++
    cancelTimer()
    setProbePace(null)
    taker.forget()
  }

  return {
    take,
    schedule,
    isSuspended: () => state === 'suspended',
    end: () => stop('ended'),
    controls: {
      start() {
        if (state !== 'new') return
        state = 'running'
        schedule()
      },
      suspend() {
        if (state === 'running') stop('suspended')
      },
      resume() {
        if (state !== 'suspended') return
        state = 'running'
        beganAt = Number.NEGATIVE_INFINITY
        schedule()
      },
      refreshSoon() {
        if (inFlight === null) tick()
        else isAskedAgain = true
      }
    }
  }
}
