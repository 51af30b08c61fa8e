/** A model finds no room because others answer just now, or other programs fill the memory: whoever needs it waits, within reason. */
import type { Clock } from '../../lib/clock.ts'
import type { ManagedModels } from './runModels.ts'

export interface WaitForRoom {
  /** True: something has changed, and it is worth another try. `isPlanned`: the budget has room for it, so other programs are in the way. */
  wait(name: string, isPlanned: boolean): Promise<boolean>
  /** Somebody loads or answers just now. */
  isBusy(): boolean
  /** Somebody did a moment ago: one more look is worth it, so often. */
  wasBusy(): boolean
  /** Since this was last asked. */
  hasWaited(): boolean
  /** A step ended: patience begins anew. */
  calm(): void
  /** Models moved. */
  moved(): void
}

interface WaitDeps {
  manager: Pick<ManagedModels, 'residents'>
  /** With other programs. */
  patienceMs: () => number
  gate: AbortSignal
  setDoing: (words: string) => void
  clock: Clock
}

const lookEveryMs = 2_000
const longestMs = 600_000
const mostLooks = 5

export function createWaitForRoom({ manager, patienceMs, gate, setDoing, clock }: WaitDeps): WaitForRoom {
  let onMoved: (() => void) | null = null
  let sinceAt: number | null = null
  let hasWaited = false
  let looks = 0
  return {
    isBusy: () => manager.residents(null).some(({ isBusy }) => isBusy),
    wasBusy: () => (looks += 1) <= mostLooks,
    async wait(name, isPlanned) {
      const first = manager.residents(null).find(({ isBusy }) => isBusy)
      const mostMs = first ? longestMs : isPlanned ? patienceMs() : 0
      sinceAt ??= clock.now()
      if (clock.now() - sinceAt >= mostMs) {
        sinceAt = null
        return false
      }
      setDoing(`${name} waits for ${first ? `the room of ${first.id.name}` : 'memory that other programs use'}`)
      hasWaited = true
      await new Promise<void>((resolve, reject) => {
        const end = (): void => {
          cancel()
          gate.removeEventListener('abort', abort)
          onMoved = null
        }
        const abort = (): void => {
          end()
          reject(gate.reason)
        }
        const go = (): void => {
          end()
          resolve()
        }
        const cancel = clock.after(lookEveryMs, go)
        if (gate.aborted) return abort()
        gate.addEventListener('abort', abort, { once: true })
        onMoved = go
      })
      return true
    },
    hasWaited() {
      const waited = hasWaited
      hasWaited = false
      return waited
    },
    calm() {
      sinceAt = null
      looks = 0
    },
    moved: () => onMoved?.()
  }
}
