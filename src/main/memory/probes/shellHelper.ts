/** One long-lived /bin/sh that runs fixed commands when asked: starting a process from Stoker itself costs far more. */
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import { createChildKeeper } from './childKeeper.ts'
import type { ProcessPorts } from './ports.ts'

interface ShellHelperDeps<Question extends string> {
  /** What to run for each question. Fixed text: nothing from outside ever becomes part of it. */
  commands: Readonly<Record<Question, string>>
  processes: Pick<ProcessPorts, 'start'>
  clock: Clock
  logger: Logger
}

export interface ShellHelper<Question extends string> {
  /** The lines printed, or null when it is down or took too long. */
  ask(question: Question, limitMs: number): Promise<string[] | null>
  /** Starts it, or ends it; ended, every question is answered null. */
  run(isWanted: boolean): void
  dispose(): Promise<void>
}

interface Pending {
  number: number
  lines: string[]
  resolve: (lines: string[] | null) => void
}

const END_MARK = '== answered '

export function createShellHelper<Question extends string>(deps: ShellHelperDeps<Question>): ShellHelper<Question> {
  const { commands, processes, clock, logger } = deps
  let pending: Pending[] = []
  let asked = 0

  const keeper = createChildKeeper({
    name: 'The helper shell',
    start: (listener) => processes.start('/bin/sh', ['-c', toScript(commands)], listener),
    clock,
    logger,
    onLine(line) {
      const [first] = pending
      if (first === undefined) return
      if (line !== `${END_MARK}${first.number}`) {
        first.lines.push(line)
        return
      }
      pending.shift()
      keeper.succeeded()
      first.resolve(first.lines)
    },
    onDown() {
      const unanswered = pending
      pending = []
      for (const { resolve } of unanswered) resolve(null)
    }
  })

  return {
    ask(question, limitMs) {
      if (!keeper.isRunning()) return Promise.resolve(null)
      const number = ++asked
      return new Promise((resolve) => {
        const cancel = clock.after(limitMs, () => keeper.failed(`no answer to "${question}" within ${limitMs} ms`))
        pending.push({
          number,
          lines: [],
          resolve(lines) {
            cancel()
            resolve(lines)
          }
        })
        keeper.write(`${question} ${number}\n`)
      })
    },
    run: (isWanted) => (isWanted ? keeper.keep() : keeper.drop()),
    dispose: keeper.dispose
  }
}

/** Ends by itself when its standard input closes, so it cannot outlive Stoker. */
function toScript(commands: Readonly<Record<string, string>>): string {
  const cases = Object.entries(commands).map(([question, command]) => `${question}) ${command} ;;`)
  return `while read -r question number; do\ncase "$question" in\n${cases.join('\n')}\nesac\necho "${END_MARK}$number"\ndone`
}
