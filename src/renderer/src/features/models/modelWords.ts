/** What a row says of a model, in words. Pure: everything that is not in the model is handed in. */
import type { Host, Keeper, Model } from '../../../../shared/model.ts'
import type { Tone } from '../../components/StatusWord.tsx'
import {
  formatAbout,
  formatRounded,
  formatBytes,
  formatClock,
  formatCount,
  formatDay,
  formatPercent,
  formatSpan,
  formatTime,
  formatTokenRate
} from '../../lib/format.ts'
import type { FitWords } from './fitWords.ts'

export interface StateWords {
  tone: Tone | null
  words: string
  /** Dim words after the state: "31.4 tok/s". */
  aside: string | null
  detail: string | null
}

export function chipsOf(model: Model): string[] {
  const isEmbedding = model.capabilities?.includes('embedding') === true && !model.capabilities.includes('completion')
  return [
    ...(model.isPinned ? ['pinned'] : []),
    ...(model.isSample ? ['sample'] : []),
    ...(model.keepAliveOverride === null ? [] : ['time changed']),
    ...(isEmbedding ? ['embedding'] : [])
  ]
}

export function canAnswer(model: Model): boolean {
  return model.capabilities === null || model.capabilities.includes('completion')
}

/** A warm-up loads it and asks for one token; what is on its way in or out is left to get there. */
export function canBeWarmed({ state }: Model): boolean {
  return state === 'unloaded' || state === 'ready' || state === 'failed'
}

function gpuWords(model: Model): string | null {
  if (model.heldBytes === null || model.heldBytes === 0 || model.gpuBytes === null) return null
  const percent = (model.gpuBytes / model.heldBytes) * 100
  return percent < 0.5 ? 'CPU' : `${formatPercent(Math.min(100, percent))} GPU`
}

/** "8.2B · Q4_K_M · context 16,384 · 100 % GPU", "8.2B · Q4_K_M · 5.2 GB on disk · used yesterday". `hostName` where models of several hosts stand in one list. */
export function factsOf(model: Model, hostName: string | null, now: number): string {
  const isLoaded = model.state === 'ready' || model.state === 'unloading'
  const facts = [
    model.parameters,
    model.quantization,
    isLoaded && model.contextLength !== null ? `context ${formatCount(model.contextLength)}` : null,
    isLoaded ? gpuWords(model) : null,
    !isLoaded && model.sizeBytes !== null ? `${formatBytes(model.sizeBytes)} on disk` : null,
    !isLoaded && model.lastUsedAt !== null ? `used ${formatDay(model.lastUsedAt, now)}` : null,
    hostName
  ]
  return facts.filter((fact) => fact !== null && fact !== '').join(' · ')
}

function keeperWords({ kind, name }: Keeper): string {
  return kind === 'rule' ? `“${name}”` : name
}

function keepDetail(model: Model, now: number, until: string | null): string | null {
  if (model.keptBy !== null) return `kept ${until === null ? '' : `until ${until} `}by ${keeperWords(model.keptBy)}`
  if (model.unloadsAt !== null) return `unloads in ${formatClock(model.unloadsAt - now)}`
  if (model.isPinned) return 'stays, pinned'
  if (model.keepAliveSeconds < 0) return 'stays until unloaded'
  if (model.keepAliveSeconds === 0) return 'unloads after its answer'
  return model.activeRequests > 0 ? `unloads ${formatSpan(model.keepAliveSeconds)} after` : null
}

function loadedWords(model: Model, now: number, until: string | null): StateWords {
  const isAnswering = model.activeRequests > 0
  const count = model.activeRequests > 1 ? ` ${model.activeRequests}` : ''
  return {
    tone: null,
    words: isAnswering ? `Answering${count}` : 'Ready',
    aside: isAnswering && model.tokensPerSecond !== null ? formatTokenRate(model.tokensPerSecond) : null,
    detail: keepDetail(model, now, until)
  }
}

export interface WordsContext {
  now: number
  host: Host | null
  fit: FitWords | null
  /** When the rule that keeps it lets go: "18:00". */
  keptUntil: string | null
  /** What a load or an answer waits for: its next attempt. */
  wait: string | null
  /** What an unload under way waits for, in the core's words. */
  waitingFor: string | null
}

export function stateWords(model: Model, { now, host, fit, keptUntil, wait, waitingFor }: WordsContext): StateWords {
  const elapsed = formatClock(now - model.stateSinceAt)
  const usual = model.lastLoadMs === null ? null : formatRounded(model.lastLoadMs)
  const plain = { tone: null, aside: null, detail: null }
  switch (model.state) {
    case 'ready':
      return loadedWords(model, now, keptUntil)
    case 'loading':
      if (model.isLoadLate)
        return {
          ...plain,
          tone: 'warn',
          words: `Still loading, ${elapsed}`,
          detail: wait ?? (usual && `usually ${usual}`)
        }
      return {
        ...plain,
        words: `Loading ${elapsed}`,
        detail: wait ?? (usual === null ? 'first load here' : `usually ${usual}`)
      }
    case 'unloading':
      return {
        ...plain,
        words: `Unloading ${elapsed}`,
        detail: waitingFor === null ? 'giving memory back' : `waits for ${waitingFor}`
      }
    case 'failed':
      return { tone: 'bad', words: 'Failed', aside: null, detail: `at ${formatTime(model.stateSinceAt)}` }
    case 'absent':
      return { tone: 'warn', words: 'Not there', aside: null, detail: `its host no longer has it` }
    case 'unloaded':
      if (host?.status === 'down') return { tone: 'quiet', words: `${host.name} is down`, aside: null, detail: null }
      if (host?.isLocal === false)
        return { ...plain, tone: 'quiet', words: `On ${host.name}`, detail: loadTimeWords(model) }
      return waitingWords(fit, model)
  }
}

function waitingWords(fit: FitWords | null, model: Model): StateWords {
  if (fit === null) {
    const words = model.lastLoadMs === null ? '' : `Loads in ${formatAbout(model.lastLoadMs)}`
    return { tone: null, words, aside: null, detail: null }
  }
  const { tone, words, detail } = fit
  return { tone, words, aside: null, detail: detail ?? loadTimeWords(model) }
}

function loadTimeWords({ lastLoadMs }: Model): string | null {
  return lastLoadMs === null ? null : `${formatAbout(lastLoadMs)} to load`
}
