/** Items and their steps in words. Pure. */
import type { ItemStatus, RunItem, StepResult, StepStatus } from '../../../../shared/run.ts'
import type { Tone } from '../../components/StatusWord.tsx'
import { formatBytes, formatCount, formatDuration, formatTokenRate, plural } from '../../lib/format.ts'

export const itemLabels: Record<ItemStatus, { tone: Tone; words: string }> = {
  waiting: { tone: 'quiet', words: 'Waiting' },
  running: { tone: 'ok', words: 'Running' },
  done: { tone: 'ok', words: 'Done' },
  stopped: { tone: 'warn', words: 'Stopped' },
  failed: { tone: 'bad', words: 'Failed' }
}

export const stepLabels: Record<StepStatus, { tone: Tone; words: string }> = {
  waiting: { tone: 'quiet', words: 'Waiting' },
  running: { tone: 'ok', words: 'Answering' },
  done: { tone: 'ok', words: 'Done' },
  defaulted: { tone: 'warn', words: 'Default text' },
  skipped: { tone: 'quiet', words: 'Left out' },
  failed: { tone: 'bad', words: 'Failed' }
}

/** Until it has ended, an item is at work when one of its steps is: those are heard of sooner than the item. */
export function liveStatus(
  { status }: Pick<RunItem, 'status'>,
  steps: readonly Pick<StepResult, 'status'>[]
): ItemStatus {
  if (status !== 'waiting' && status !== 'running') return status
  return steps.some((step) => step.status === 'running') ? 'running' : 'waiting'
}

/** The line under an item's name: why it failed or stopped, what is to be told of its result, the result, or what goes in. */
export function itemLine({ status, error, reason, finalOutput, preview }: RunItem, notes: readonly string[]): string {
  if (status === 'failed' && error !== null) return error.message
  if (status === 'stopped' && reason !== null) return [`Stopped: ${reason}`, ...notes].join(' · ')
  return status === 'done' && notes.length > 0 ? notes.join(' · ') : oneLine(finalOutput ?? preview)
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

export function stepsWords(steps: readonly Pick<StepResult, 'status'>[]): string {
  const ended = steps.filter(({ status }) => status !== 'waiting' && status !== 'running').length
  return `${formatCount(ended)} of ${plural(steps.length, 'step')}`
}

/** "4.2 s", "31.4 tok/s", "512 tokens in, 210 out", …: only what is known. */
export function stepFacts(step: StepResult): string[] {
  const { durationMs, tokensPerSecond, promptTokens, outputTokens, firstTokenMs, loadMs, heldBytes, attempts } = step
  const tokens = [
    promptTokens !== null && `${formatCount(promptTokens)} in`,
    outputTokens !== null && `${formatCount(outputTokens)} out`
  ].filter(Boolean)
  const facts = [
    durationMs !== null && formatDuration(durationMs),
    tokensPerSecond !== null && formatTokenRate(tokensPerSecond),
    tokens.length > 0 && `${tokens.join(', ')} tokens`,
    firstTokenMs !== null && `first after ${formatDuration(firstTokenMs)}`,
    loadMs !== null && loadMs > 0 && `waited ${formatDuration(loadMs)} for its load`,
    heldBytes !== null && `${formatBytes(heldBytes)} held`,
    attempts > 1 && `${formatCount(attempts)} tries`
  ]
  return facts.filter((fact) => fact !== false)
}

/** JSON laid out to be read; anything else as it is. */
export function readable(text: string, isJson: boolean): string {
  if (!isJson) return text
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** What was said before this page began to listen: `whole` ends, perhaps a little early or late, where `heard` does. */
export function missedStart(whole: string, heard: string): string {
  for (let length = Math.min(whole.length, heard.length); length > 0; length -= 1) {
    if (whole.endsWith(heard.slice(0, length))) return whole.slice(0, whole.length - length)
  }
  return whole
}
