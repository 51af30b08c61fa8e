/** What a run may have to wait for outside: hosts that are away, room that others take, and its place among the runs. */
import type { ErrorInfo } from '../../../shared/errors.ts'
import type { ModelId } from '../../../shared/model.ts'
import type { Clock } from '../../lib/clock.ts'
import type { RunControl } from './runControl.ts'
import type { ManagedModels, RunModels } from './runModels.ts'
import type { RunTurns } from './runTurns.ts'
import { createWaitForHost, type RunHosts } from './waitForHost.ts'
import { createWaitForRoom } from './waitForRoom.ts'

export interface RunWaits {
  /** See waitForHost.ts. */
  isAway(id: ModelId, fallback: ModelId | null, error: ErrorInfo): boolean
  /** Before a plan is made: until hosts that were away answer, and it may work at all. */
  untilReady(): Promise<void>
  /** True: it is worth another try. `isPlanned`: the budget has room; `wasBusy`: somebody answered or loaded when it was refused. */
  forRoom(name: string, isPlanned: boolean, wasBusy: boolean): Promise<boolean>
  /** Somebody loads or answers just now. */
  isBusy(): boolean
  /** Since this was last asked. */
  hasWaited(): boolean
  /** For a host just now: nobody knows how long it will take. */
  isEndless(): boolean
  /** A step ended on this model: patience begins anew. */
  answered(id: ModelId | null): void
  /** Models moved. */
  moved(): void
}

interface WaitsDeps {
  runId: string
  hosts: RunHosts
  manager: Pick<ManagedModels, 'residents'>
  models: Pick<RunModels, 'letAllGo'>
  turns: Pick<RunTurns, 'begin' | 'release' | 'stepAside'>
  control: Pick<RunControl, 'gate' | 'want'>
  patienceMs: () => number
  setDoing: (words: string) => void
  clock: Clock
}

/** Whoever waits so long yields its place in the queue; a server that is only restarted costs none. */
const yieldAfterMs = 30_000

export function createRunWaits(deps: WaitsDeps): RunWaits {
  const { runId, models, turns, control } = deps
  let hasWaited = false

  function onWait(waitedMs: number): void {
    hasWaited = true
    if (waitedMs < yieldAfterMs) return
    models.letAllGo()
    turns.stepAside(runId)
  }

  const host = createWaitForHost({
    ...deps,
    onWait(waitedMs) {
      // Nothing of it is answering: others may use its models at once.
      turns.release(runId)
      onWait(waitedMs)
    }
  })
  const room = createWaitForRoom({ ...deps, gate: control.gate, onWait })

  return {
    isAway: host.isAway,
    async untilReady() {
      await host.wait()
      // Those who went meanwhile may have had the room.
      if (await turns.begin(runId, control.gate)) room.calm()
    },
    forRoom: async (name, isPlanned, wasBusy) =>
      (await room.wait(name, isPlanned)) || (wasBusy && room.mayLookOnceMore()),
    isBusy: room.isBusy,
    hasWaited() {
      const waited = hasWaited
      hasWaited = false
      return waited
    },
    isEndless: host.isWaiting,
    answered(id) {
      room.calm()
      if (id !== null) host.answered(id)
    },
    moved: room.moved
  }
}
