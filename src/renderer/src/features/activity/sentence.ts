/** One event of the log as a sentence: who did what to which model, why, how long it took, how many bytes came back. */
import type { ActivityEvent, ActivityKind, Actor } from '../../../../shared/activity.ts'
import type { ModelId } from '../../../../shared/model.ts'
import { formatBytes, formatDuration } from '../../lib/format.ts'
import type { ScreenName } from '../../lib/navigation.ts'
import { isOfRun, runInReason, runTemplate } from './runSentence.ts'

/** What a name stands for, so that it can be gone to. */
export type Subject = { kind: 'model'; id: ModelId } | { kind: 'host'; hostId: string }

/** `name` is data (a model, a host) and stands out; the rest are words. */
export interface SentencePart {
  text: string
  isName: boolean
  subject?: Subject
}

/** `warn`: to be known, but nothing is broken. */
export type Tone = 'plain' | 'good' | 'warn' | 'bad'

export interface Sentence {
  parts: SentencePart[]
  /** How long, how much: said after the sentence. */
  facts: string[]
  tone: Tone
}

/** `hostName` says how a host is called; events outlive hosts, so it may not know. */
export type HostName = (hostId: string) => string | null

export function sentence(event: ActivityEvent, hostName: HostName): Sentence {
  const { template, tone } = wordsFor(event)
  return { parts: [...fill(template, event, hostName), ...reasonParts(event)], facts: factsOf(event), tone }
}

/** The screen that tells more of it than the log does. */
export function screenOf(kind: ActivityKind): ScreenName | null {
  if (kind.startsWith('warmup_') || kind === 'warmed_up' || kind === 'released') return 'schedule'
  if (kind.startsWith('run_')) return 'runs'
  if (kind === 'bench_ended' || kind === 'check_ended') return 'diagnostics'
  return kind === 'models_file' ? 'settings' : null
}

/** What went wrong and what to do, where the sentence does not say it already. */
export function errorOf({
  kind,
  reason,
  error
}: ActivityEvent): { message: string | null; hint: string | null } | null {
  if (error === null) return null
  const isSaid = kind === 'problem' && reason === null
  return { message: isSaid ? null : error.message, hint: error.hint }
}

/** The whole sentence as plain text, for searching and for those who listen. */
export function sentenceText(event: ActivityEvent, hostName: HostName): string {
  const { parts, facts } = sentence(event, hostName)
  const said = parts.map((part) => part.text).join('')
  const error = errorOf(event)
  return [[said, ...facts].join(', '), error?.message ?? '', error?.hint ?? '']
    .map((text) => text.replace(/[.\s]+$/, ''))
    .filter(Boolean)
    .join('. ')
}

/** `{model}`, `{host}` and `{run}` stand for the names. Exhaustive: a new kind does not compile until it has words. */
function wordsFor(event: ActivityEvent): { template: string; tone: Tone } {
  const { kind, actor } = event
  switch (kind) {
    case 'loaded':
      return { template: `${subject(actor)} loaded {model}`, tone: 'good' }
    case 'load_failed':
      // Refused before anything was tried: nothing broke.
      return { template: `${subject(actor)} tried to load {model}`, tone: isRefusal(event) ? 'plain' : 'bad' }
    case 'load_cancelled':
      return { template: `${subject(actor)} cancelled the load of {model}`, tone: 'plain' }
    case 'unloaded':
      return { template: unloadedWords(event), tone: 'plain' }
    case 'unload_failed':
      return { template: `${subject(actor)} tried to unload {model}`, tone: 'bad' }
    case 'engine_crashed':
      return { template: 'The engine of {model} stopped by itself', tone: 'bad' }
    case 'load_late':
      return { template: 'The load of {model} is late', tone: 'warn' }
    case 'warmed_up':
      return { template: `${subject(actor)} warmed up {model}`, tone: 'good' }
    case 'warmup_failed':
      return { template: `${subject(actor)} tried to warm up {model}`, tone: 'warn' }
    case 'warmup_missed':
      return {
        template: event.modelId === null ? 'A warm-up was skipped' : 'The warm-up of {model} was skipped',
        tone: 'warn'
      }
    case 'warmup_clash':
      return { template: 'The schedule does not fit', tone: 'warn' }
    case 'released':
      return { template: `${subject(actor)} no longer keeps {model}`, tone: 'plain' }
    case 'keep_alive_changed':
      return { template: 'Another program changed how long {model} stays', tone: 'warn' }
    case 'keep_alive_restored':
      return { template: `${subject(actor)} put back how long {model} stays`, tone: 'plain' }
    case 'pressure_high':
      return { template: 'Memory got short', tone: 'bad' }
    case 'pressure_normal':
      return { template: 'Memory is no longer short', tone: 'good' }
    case 'pulled':
      return { template: `${subject(actor)} pulled {model}`, tone: 'good' }
    case 'pull_failed':
      return { template: `${subject(actor)} tried to pull {model}`, tone: 'bad' }
    case 'pull_cancelled':
      return { template: `${subject(actor)} cancelled the pull of {model}`, tone: 'plain' }
    case 'removed':
      return { template: `${subject(actor)} deleted {model}`, tone: 'plain' }
    case 'copied':
      return { template: `${subject(actor)} copied {model}`, tone: 'plain' }
    case 'sample_created':
      return { template: `${subject(actor)} created the sample {model}`, tone: 'good' }
    case 'sample_failed':
      return { template: `${subject(actor)} tried to create the sample {model}`, tone: 'bad' }
    case 'sample_cancelled':
      return { template: `${subject(actor)} cancelled the sample {model}`, tone: 'plain' }
    case 'host_up':
      return { template: '{host} answers', tone: 'good' }
    case 'host_down':
      return { template: '{host} stopped answering', tone: 'bad' }
    case 'host_paused':
      return { template: '{host} is left alone for a while', tone: 'warn' }
    case 'host_resumed':
      return { template: '{host} is asked as usual again', tone: 'good' }
    case 'host_mended':
      return { template: 'Stoker saw to {host}', tone: 'plain' }
    case 'run_started':
    case 'run_ended':
    case 'run_failed':
    case 'run_paused':
    case 'run_cancelled':
    case 'run_interrupted':
      return runTemplate(kind, event.reason, subject(actor))
    case 'bench_ended':
      return { template: `${subject(actor)} ran the test bench`, tone: 'plain' }
    case 'check_ended':
      return { template: `${subject(actor)} checked this machine`, tone: 'plain' }
    case 'models_file':
      return { template: 'models.yaml was read', tone: event.error === null ? 'plain' : 'warn' }
    case 'problem':
      return { template: problemWords(event), tone: 'bad' }
    default:
      return { template: unheardWords(kind, event), tone: 'plain' }
  }
}

function problemWords({ reason, error }: ActivityEvent): string {
  return (
    [reason, error?.message].find((words) => words != null && /[\p{L}\p{N}]/u.test(words)) ?? 'Something went wrong'
  )
}

function unloadedWords({ actor, reason }: ActivityEvent): string {
  if (reason !== null) return `${subject(actor)} unloaded {model}`
  if (actor === 'keep_alive') return '{model} was unloaded: nobody used it for its keep-alive time'
  if (actor === 'pressure') return 'Stoker unloaded {model}: memory was short'
  if (actor === 'limit' || actor === 'budget') return 'Stoker unloaded {model} to make room'
  return `${subject(actor)} unloaded {model}`
}

function subject(actor: Actor): string {
  switch (actor) {
    case 'you':
      return 'You'
    case 'script':
      return 'A script'
    case 'other_program':
      return 'Another program'
    case 'schedule':
      return 'The schedule'
    case 'diagnostics':
      return 'A test'
    case 'chain':
      return 'A run'
    case 'keep_alive':
    case 'limit':
    case 'budget':
    case 'pressure':
    case 'stoker':
      return 'Stoker'
    default:
      return someone(actor)
  }
}

function isRefusal({ kind, error }: ActivityEvent): boolean {
  return kind === 'load_failed' && error?.code === 'does_not_fit'
}

function factsOf(event: ActivityEvent): string[] {
  const { kind, bytes, durationMs } = event
  const took = isRefusal(event) ? 'refused' : durationWords(kind, durationMs)
  return [took, byteWords(kind, bytes)].filter((fact) => fact !== null)
}

function durationWords(kind: ActivityKind, durationMs: number | null): string | null {
  const duration = durationMs === null ? null : formatDuration(durationMs)
  if (isOfRun(kind) && kind !== 'run_ended') return duration === null ? null : `after ${duration}`
  if (kind.endsWith('_failed')) return duration === null ? 'failed' : `failed after ${duration}`
  if (duration === null) return null
  return kind.endsWith('_cancelled') ? `after ${duration}` : `in ${duration}`
}

function byteWords(kind: ActivityKind, bytes: number | null): string | null {
  if (kind === 'unloaded') return bytes === null ? 'how much came back is unknown' : `${formatBytes(bytes)} came back`
  if (bytes === null) return null
  if (kind === 'loaded' || kind === 'warmed_up') return `holds ${formatBytes(bytes)}`
  if (kind === 'removed') return `${formatBytes(bytes)} on disk`
  return formatBytes(bytes)
}

/** Why, where the reason is more words of the sentence; a host's is its name, a problem's is the sentence itself. */
function reasonParts({ kind, actor, reason }: ActivityEvent): SentencePart[] {
  if (reason === null || kind === 'problem' || kind === 'host_up' || kind === 'host_down') return []
  if (isOfRun(kind)) {
    const said = runInReason(reason)?.words ?? null
    return said === null ? [] : [{ text: `: ${said}`, isName: false }]
  }
  const words = reason.replace(/[.\s]+$/, '')
  return words === '' ? [] : [{ text: `${joint(kind, actor, words)}${words}`, isName: false }]
}

const goesOn = /^(after|as|at|because|by|for|from|in|of|so|since|to|until|when|while|with)\b/

/** What stands between the sentence and its reason: findings follow a colon, a rule is named, the rest simply goes on. */
function joint(kind: ActivityKind, actor: Actor, words: string): string {
  if (goesOn.test(words)) return ' '
  switch (kind) {
    case 'host_paused':
      return ': it '
    case 'pressure_high':
    case 'pressure_normal':
    case 'keep_alive_changed':
    case 'keep_alive_restored':
    case 'warmup_missed':
    case 'warmup_clash':
    case 'host_resumed':
    case 'host_mended':
    case 'bench_ended':
    case 'check_ended':
    case 'models_file':
    case 'engine_crashed':
      return ': '
    default:
      return actor === 'schedule' ? ' for ' : ' '
  }
}

function fill(template: string, event: ActivityEvent, hostName: HostName): SentencePart[] {
  const { hostId, modelId } = event
  const host = hostId === null ? null : (hostName(hostId) ?? nameInReason(event) ?? hostId)
  return template
    .split(/(\{model\}|\{host\}|\{run\})/)
    .filter((piece) => piece !== '')
    .map((piece, index) => {
      if (piece === '{model}') {
        return modelId === null
          ? { text: index === 0 ? 'A model' : 'a model', isName: false }
          : { text: modelId.name, isName: true, subject: { kind: 'model', id: modelId } }
      }
      if (piece === '{run}') return { text: runInReason(event.reason)?.name ?? '', isName: true }
      if (piece !== '{host}') return { text: piece, isName: false }
      if (hostId === null || host === null) return { text: 'A host', isName: false }
      return { text: host, isName: true, subject: { kind: 'host', hostId } }
    })
}

/** How a host was called that is no longer known. */
function nameInReason({ kind, reason }: ActivityEvent): string | null {
  return kind === 'host_up' || kind === 'host_down' ? reason : null
}

/** A newer core may write kinds this page has never heard of: plain words then, and never a page that breaks. */
function unheardWords(kind: never, { modelId, hostId }: ActivityEvent): string {
  const words = `Stoker noted “${String(kind).replaceAll('_', ' ')}”`
  if (modelId !== null) return `${words} of {model}`
  return hostId === null ? words : `${words} of {host}`
}

function someone(_actor: never): string {
  return 'Someone'
}
