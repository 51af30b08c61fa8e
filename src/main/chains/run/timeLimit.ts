/**
 * Work on what people and models wrote (patterns, schemas), ended when it takes too long: V8 looks for an interrupt whenever it loops or
 * goes back in a text, so a script's time limit ends all that the script calls. The core waits meanwhile, which is why limits are short.
 */
import { createContext, Script } from 'node:vm'

export type TimeLimit = <Result>(work: () => Result) => Result

/** What `work` throws comes out as it is; `tookTooLong` tells the end of the time from it. */
export function createTimeLimit(limitMs: number): TimeLimit {
  const nothing = (): unknown => undefined
  const globals = { work: nothing }
  const context = createContext(globals)
  const script = new Script('work()')
  return <Result>(work: () => Result): Result => {
    globals.work = work
    try {
      return script.runInContext(context, { timeout: limitMs }) as Result
    } finally {
      globals.work = nothing
    }
  }
}

export function tookTooLong(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
