/**
 * A host is away: the run waits for it, and nothing counts as failed meanwhile. How long it has waited is counted in looks, not by the
 * clock: a machine that slept beside its server has not been patient.
 */
import type { ErrorInfo } from '../../../shared/errors.ts'
import type { Host, ModelId } from '../../../shared/model.ts'
import { abortable } from '../../lib/abortable.ts'
import { delay, type Clock } from '../../lib/clock.ts'
import type { RunControl } from './runControl.ts'
import { isUnreachable, mayBeUnreachable } from './stepErrors.ts'

export interface RunHosts {
  /** That this model is asked of; null: it was removed. */
  of(id: ModelId): Pick<Host, 'id' | 'name' | 'status'> | null
  /** It is there, as far as is known, and can be asked. */
  has(id: ModelId): boolean
  /** Asked now: afterwards its status is true. */
  check(hostId: string): Promise<unknown>
}

export interface WaitForHost {
  /**
   * True: the host of this model is away, the plan is to be made anew, and the run waits for it before that. A fallback on another host
   * that answers needs no waiting.
   */
  isAway(id: ModelId, fallback: ModelId | null, error: ErrorInfo): boolean
  /** Resolves when the hosts that were away answer again, or patience is over. */
  wait(): Promise<void>
  /** Just now: nobody knows how long it will take. */
  isWaiting(): boolean
  /** This model has answered: patience with its host begins anew. */
  answered(id: ModelId): void
}

interface WaitDeps {
  hosts: RunHosts
  patienceMs: () => number
  control: Pick<RunControl, 'gate' | 'want'>
  setDoing: (words: string) => void
  /** So long it has waited, and waits on: others may use its models. */
  onWait: (waitedMs: number) => void
  clock: Clock
}

/** What is known of the host, by others who ask it in turn: looking costs nothing. */
const lookEveryMs = 1_000
/** It answers and yet its questions fail: asked again at once, and then after these pauses. */
const pausesMs = [0, 2_000, 4_000, 8_000, 16_000, 30_000]

export function createWaitForHost({ hosts, patienceMs, control, setDoing, onWait, clock }: WaitDeps): WaitForHost {
  /** By host id, since it answered last. */
  const waits = new Map<string, { waitedMs: number; times: number }>()
  /** By host id: a model of it. */
  const away = new Map<string, ModelId>()
  let isWaiting = false

  async function waitFor(hostId: string, id: ModelId): Promise<void> {
    const wait = waits.get(hostId) ?? { waitedMs: 0, times: 0 }
    waits.set(hostId, wait)
    const pauseMs = pausesMs[Math.min(wait.times++, pausesMs.length - 1)] ?? 0
    onWait(0)
    setDoing(`Waiting for ${hosts.of(id)?.name ?? hostId} to answer`)
    // What was known of it may be older than the failure. A host that was removed meanwhile is none to wait for.
    await abortable(
      hosts.check(hostId).catch(() => {}),
      control.gate
    )
    for (let passedMs = 0; ; passedMs += lookEveryMs, wait.waitedMs += lookEveryMs) {
      const host = hosts.of(id)
      if (host === null || wait.waitedMs >= patienceMs()) return
      if (host.status !== 'down' && passedMs >= pauseMs) return
      onWait(passedMs)
      await delay(clock, lookEveryMs, control.gate)
    }
  }

  return {
    isAway(id, fallback, error) {
      const host = hosts.of(id)
      if (host === null || !(isUnreachable(error) || (host.status === 'down' && mayBeUnreachable(error)))) return false
      const other = fallback && hosts.has(fallback) ? hosts.of(fallback) : null
      if (other !== null && other.id !== host.id && other.status !== 'down') return false
      if ((waits.get(host.id)?.waitedMs ?? 0) >= patienceMs()) return false
      away.set(host.id, id)
      control.want(`${host.name} did not answer`)
      return true
    },
    async wait() {
      const each = [...away]
      away.clear()
      isWaiting = each.length > 0
      try {
        for (const [hostId, id] of each) await waitFor(hostId, id)
      } finally {
        isWaiting = false
      }
    },
    isWaiting: () => isWaiting,
    answered(id) {
      const host = waits.size > 0 ? hosts.of(id) : null
      if (host !== null) waits.delete(host.id)
    }
  }
}
