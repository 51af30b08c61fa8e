/** A limit that was overrun, as an error that names itself: what did not come, within what, and what to do. */
import { StokerError, type TimeoutPhase } from '../../shared/errors.ts'
import type { TimeLimit } from '../../shared/model.ts'
import { formatSpan } from '../../shared/span.ts'

/** "1.5 s", "45 s", "4 min 10 s". */
export function formatLimit(ms: number): string {
  if (ms >= 60_000) return formatSpan(ms / 1_000)
  return `${Math.round(ms / 100) / 10} s`
}

type CallPhase = Exclude<TimeoutPhase, 'connect' | 'api' | 'load'>

const words: Record<CallPhase, { what: (name: string, limit: string) => string; hint: string }> = {
  queue: {
    what: (name, limit) => `The turn of ${name} did not come within ${limit}.`,
    hint: 'Ask again when fewer wait, or raise "Turn comes within" in the settings.'
  },
  first_token: {
    what: (name, limit) => `${name} gave no first token within ${limit}.`,
    hint: 'Shorten the prompt, use a smaller model, or raise "First token within" in the settings.'
  },
  token_gap: {
    what: (name, limit) => `${name} fell silent in the middle of its answer for ${limit}.`,
    hint: 'Ask again; if it happens often, use a smaller model, or raise "Next token within" in the settings.'
  },
  total: {
    what: (name, limit) => `${name} was not done with its answer within ${limit}.`,
    hint: 'Ask for a shorter answer, or raise "Whole answer within" in the settings.'
  },
  download: {
    what: (name, limit) => `The download of ${name} has not moved for ${limit}.`,
    hint: 'Start it again: it goes on where it stopped. "Download moves within" is in the settings.'
  }
}

export function timedOut(phase: CallPhase, name: string, { limitMs }: Pick<TimeLimit, 'limitMs'>): StokerError {
  const { what, hint } = words[phase]
  return new StokerError('timed_out', what(name, formatLimit(limitMs)), hint, { phase })
}
