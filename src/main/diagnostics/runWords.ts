/** What a run of the checks or of the test bench came to, in a few words for the event log. Pure. */
import type { BenchResult, CheckRun } from '../../shared/diagnostics.ts'

/** `cancelled`: models whose load or answer was ended, and who have no result. */
export function benchWords(results: readonly BenchResult[], cancelled = 0): string {
  const count = (outcome: BenchResult['outcome']): number => results.filter((each) => each.outcome === outcome).length
  const [slow, fails] = [count('slow'), count('fails')]
  const parts = [
    `${count('works')} of ${results.length + cancelled} work`,
    slow > 0 && `${slow} slow`,
    fails > 0 && `${fails} failed`,
    cancelled > 0 && `${cancelled} cancelled`
  ]
  return parts.filter((part) => part !== false).join(', ')
}

export function checkWords({ checks }: CheckRun): string {
  const count = (outcome: string): number => checks.filter((each) => each.outcome === outcome).length
  const parts = (['warning', 'failed', 'skipped'] as const).map((outcome) => [count(outcome), outcome] as const)
  const rest = parts.filter(([n]) => n > 0).map(([n, outcome]) => `${n} ${outcome}`)
  return [`${count('ok')} of ${checks.length} ok`, ...rest].join(', ')
}

/** Behind "cancelled" or "stopped". */
export function endedEarlyWords(done: number, total: number, what: 'checks' | 'models'): string {
  return `after ${done} of ${total} ${what}`
}
