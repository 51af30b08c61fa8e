/** A model finds no room because others answer just now, or other programs fill the memory: whoever needs it waits, within reason. */
import { abortable } from '../../lib/abortable.ts'
import type { Clock } from '../../lib/clock.ts'
import type { ManagedModels } from './runModels.ts'

export interface WaitForRoom {
  /** True: something has changed, and it is worth another try. `isPlanned`: the budget has room for it, so other programs are in the way. */
  wait(name: string, isPlanned: boolean): Promise<boolean>
  /** Somebody loads or answers just now. */
  isBusy(): boolean
  /** Somebody did a moment ago: worth it, so often. */
  mayLookOnceMore(): boolean
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
  /** So long it has waited, and waits on. */
  onWait: (waitedMs: number) => void
  clock: Clock
}

const lookEveryMs = 2_000
const longestMs = 600_000
const mostLooks = 5

export function createWaitForRoom({ manager, patienceMs, gate, setDoing, onWait, clock }: WaitDeps): WaitForRoom {
  let onMoved = (): void => {}
  let waitedMs = 0
  let looks = 0

  /** Or until models move. A machine that slept meanwhile has not been patient. */
  async function untilNextLook(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const beganAt = clock.now()
    const cancel = clock.after(lookEveryMs, resolve)
    onMoved = resolve
    try {
      await abortable(promise, gate)
    } finally {
      cancel()
      waitedMs += Math.min(lookEveryMs, Math.max(0, clock.now() - beganAt))
    }
  }

  return {
    isBusy: () => manager.residents(null).some(({ isBusy }) => isBusy),
    mayLookOnceMore: () => (looks += 1) <= mostLooks,
    async wait(name, isPlanned) {
      const first = manager.residents(null).find(({ isBusy }) => isBusy)
      const mostMs = first ? longestMs : isPlanned ? patienceMs() : 0
      if (waitedMs >= mostMs) {
        waitedMs = 0
        return false
      }
      setDoing(`${name} waits for ${first ? `the room of ${first.id.name}` : 'memory that other programs use'}`)
      onWait(waitedMs)
      await untilNextLook()
      return true
    },
    calm() {
      waitedMs = 0
      looks = 0
    },
    moved: () => onMoved()
  }
}
