/** The silences of one answer: the wait for its first token, then every gap after it. The whole of it has a limit of its own. */
import type { Clock } from '../lib/clock.ts'

export interface AnswerTimer {
  /** Text came. */
  heard(): void
  /** A sign of life without text: the wait of now begins anew. */
  stirred(): void
  /** The server was seen at work for another answer of the same model: this one may be waiting behind it. */
  otherStirred(): void
  end(): void
}

interface AnswerTimerOptions {
  firstTokenMs: number
  tokenGapMs: number
  onOverrun: (phase: 'first_token' | 'token_gap') => void
  /** Asked when the first token is late: true begins its wait anew. */
  isExcused?: (() => Promise<boolean>) | undefined
  clock: Clock
}

export function createAnswerTimer(options: AnswerTimerOptions): AnswerTimer {
  const { firstTokenMs, tokenGapMs, onOverrun, isExcused, clock } = options
  let phase: 'first_token' | 'token_gap' | 'ended' = 'first_token'
  let waits = 0
  let cancel = (): void => {}

  function overrun(late: 'first_token' | 'token_gap'): void {
    phase = 'ended'
    onOverrun(late)
  }

  async function lookForExcuse(ask: () => Promise<boolean>): Promise<void> {
    const waited = waits
    const hasExcuse = await ask()
    // Something came, or all was over, while the excuse was looked for.
    if (phase !== 'first_token' || waits !== waited) return
    if (hasExcuse) wait()
    else overrun('first_token')
  }

  function wait(): void {
    cancel()
    waits += 1
    if (phase === 'ended') return
    const late = phase
    cancel = clock.after(late === 'first_token' ? firstTokenMs : tokenGapMs, () => {
      if (late === 'first_token' && isExcused) void lookForExcuse(isExcused)
      else overrun(late)
    })
  }

  wait()
  return {
    heard() {
      if (phase !== 'ended') phase = 'token_gap'
      wait()
    },
    stirred: wait,
    otherStirred() {
      if (phase === 'first_token') wait()
    },
    end() {
      phase = 'ended'
      cancel()
    }
  }
}

export interface TotalTimer {
  run(): void
  /** What passes until it runs again does not count. */
  pause(): void
  leftMs(): number
  end(): void
}

/** One limit for several stretches of time, such as the attempts of one answer without its waits for a turn. */
export function createTotalTimer(clock: Clock, limitMs: number, onOverrun: () => void): TotalTimer {
  let leftMs = limitMs
  let ranFrom: number | null = null
  let cancel = (): void => {}

  /** A clock that was set must neither end an answer nor give it more than it had. */
  const left = (): number =>
    ranFrom === null ? leftMs : Math.min(leftMs, Math.max(0, leftMs - Math.max(0, clock.now() - ranFrom)))

  return {
    run() {
      if (ranFrom !== null) return
      ranFrom = clock.now()
      cancel = clock.after(leftMs, onOverrun)
    },
    pause() {
      leftMs = left()
      ranFrom = null
      cancel()
    },
    leftMs: left,
    end() {
      cancel()
    }
  }
}
