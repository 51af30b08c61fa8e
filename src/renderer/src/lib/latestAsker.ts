/** Questions that change faster than they should be asked, as under a dragged slider: few go out, and an old answer never replaces a newer one. */
import type { PageClock } from './pageClock.ts'

interface LatestAskerDeps<Question, Answer> {
  ask(question: Question): Promise<Answer>
  take(answer: Answer, question: Question): void
  /** Only the newest question can fail: of those before it nobody wants to know. */
  fail(thrown: unknown, question: Question): void
  /** The shortest time from one question to the next. */
  everyMs: number
  clock: PageClock
}

export interface LatestAsker<Question> {
  /** At once where the last question is long enough ago, else as soon as it is; only the newest of those that wait. */
  ask(question: Question): void
  /** Nothing that is still under way is taken. */
  stop(): void
}

export function createLatestAsker<Question, Answer>(deps: LatestAskerDeps<Question, Answer>): LatestAsker<Question> {
  const { take, fail, everyMs, clock } = deps
  let sentAt = Number.NEGATIVE_INFINITY
  let sent = 0
  /** The number of the newest question that was answered. */
  let answered = 0
  let cancelWait: (() => void) | null = null

  async function send(question: Question): Promise<void> {
    cancelWait = null
    sentAt = clock.now()
    sent += 1
    const number = sent
    try {
      const answer = await deps.ask(question)
      if (number <= answered) return
      answered = number
      take(answer, question)
    } catch (thrown) {
      if (number > answered && number === sent) fail(thrown, question)
    }
  }

  return {
    ask(question) {
      cancelWait?.()
      cancelWait = null
      const waitMs = sentAt + everyMs - clock.now()
      if (waitMs <= 0) void send(question)
      else cancelWait = clock.after(waitMs, () => void send(question))
    },
    stop() {
      cancelWait?.()
      cancelWait = null
      answered = sent
    }
  }
}
