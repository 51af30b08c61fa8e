/** What the log says of a run: of which chain, who did it, and how far it came. Pure. */
import type { ActivityEvent } from '../../../../shared/activity.ts'
import type { Tone } from './sentence.ts'

type RunKind = Extract<ActivityEvent['kind'], `run_${string}`>

/** The core's "Review a folder: 40 of 40 items, 9 loads", or a name alone. A name may have colons of its own. */
export function runInReason(reason: string | null): { name: string; words: string | null } | null {
  if (reason === null || reason.trim() === '') return null
  const [, name, words] = /^(.+): (\d.*)$/s.exec(reason) ?? []
  return name === undefined || words === undefined ? { name: reason, words: null } : { name, words }
}

export function isOfRun(kind: ActivityEvent['kind']): kind is RunKind {
  return kind.startsWith('run_')
}

/** `{run}` stands for the chain's name. */
export function runTemplate(kind: RunKind, reason: string | null, subject: string): { template: string; tone: Tone } {
  const run = runInReason(reason)
  const a = run === null ? 'a run' : 'a run of {run}'
  const the = run === null ? 'a run' : 'the run of {run}'
  const A = a.replace('a', 'A')
  switch (kind) {
    case 'run_started':
      return { template: `${subject} began ${a}`, tone: 'plain' }
    case 'run_ended':
      return { template: `${A} ended`, tone: /, \d[\d,]* failed/.test(run?.words ?? '') ? 'warn' : 'good' }
    case 'run_failed':
      return { template: `${A} could not go on`, tone: 'bad' }
    case 'run_paused':
      return { template: `${subject} paused ${the}`, tone: 'plain' }
    case 'run_cancelled':
      return { template: `${subject} cancelled ${the}`, tone: 'plain' }
    case 'run_interrupted':
      return { template: `${A} was interrupted`, tone: 'warn' }
  }
}
