/** Outcomes of checks and tests, as a word and a tone each. */
import type { BenchResult, Check } from '../../../../shared/diagnostics.ts'
import type { Tone } from '../../components/StatusWord.tsx'

export type Outcome = Check['outcome'] | BenchResult['outcome'] | 'untested'

export const outcomeWords: Record<Outcome, string> = {
  ok: 'OK',
  warning: 'Warning',
  failed: 'Failed',
  skipped: 'Skipped',
  works: 'Works',
  slow: 'Slow',
  fails: 'Fails',
  untested: 'Not tested'
}

export const outcomeTones: Record<Outcome, Tone> = {
  ok: 'ok',
  warning: 'warn',
  failed: 'bad',
  skipped: 'quiet',
  works: 'ok',
  slow: 'warn',
  fails: 'bad',
  untested: 'quiet'
}
