/** What the hosts say of their models, asked for in the background, a few at a time, and again where it may have changed. */
import PQueue from 'p-queue'
import { StokerError, toErrorInfo, type ErrorCode } from '../../shared/errors.ts'
import type { Model, ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { NeedFacts } from '../providers/provider.ts'

export interface FactsGatherer {
  get(id: ModelId): NeedFacts | null
  /** Every model with these weights. */
  withFingerprint(fingerprint: string): ModelId[]
  follow(ids: readonly ModelId[]): void
  /** A model as its host lists it now: with another digest or size it is asked for anew. */
  notice(model: ListedModel): void
  /** Asks now, before the others; never rejects. */
  refresh(id: ModelId): Promise<void>
  refreshHost(hostId: string): void
  dispose(): void
}

export type ListedModel = Pick<Model, 'id' | 'digest' | 'sizeBytes'>

interface GathererDeps {
  describe: (id: ModelId, signal: AbortSignal) => Promise<NeedFacts>
  onFacts: (id: ModelId, facts: NeedFacts) => void
  clock: Clock
  logger: Logger
}

interface Entry {
  readonly id: ModelId
  readonly left: AbortController
  facts: NeedFacts | null
  stamp: string | null
  /** The newest question; an answer to an older one is passed over. */
  question: number
  failures: number
  cancelRetry: () => void
}

/** The app's own start comes first. */
const startDelayMs = 250
/** The list says it better, a moment later. */
const gone: ReadonlySet<ErrorCode> = new Set(['aborted', 'host_not_found', 'model_not_found'])
const retryMs = [30_000, 60_000, 300_000, 600_000]

export function createFactsGatherer({ describe, onFacts, clock, logger }: GathererDeps): FactsGatherer {
  const entries = new Map<string, Entry>()
  const asking = new PQueue({ concurrency: 2, autoStart: false })
  let cancelStart: (() => void) | null = null
  let isDisposed = false

  function entryOf(id: ModelId): Entry {
    const known = entries.get(modelKey(id))
    if (known) return known
    const entry: Entry = {
      id,
      left: new AbortController(),
      facts: null,
      stamp: null,
      question: 0,
      failures: 0,
      cancelRetry: () => {}
    }
    entries.set(modelKey(id), entry)
    return entry
  }

  async function ask(entry: Entry): Promise<void> {
    if (isDisposed || entry.left.signal.aborted) return
    entry.cancelRetry()
    const question = ++entry.question
    try {
      const facts = await describe(entry.id, entry.left.signal)
      if (question !== entry.question || entry.left.signal.aborted) return
      entry.failures = 0
      const isNew = entry.facts === null || !isSame(entry.facts, facts)
      entry.facts = facts
      if (isNew) onFacts(entry.id, facts)
    } catch (error) {
      if (question === entry.question && !entry.left.signal.aborted) failed(entry, error)
    }
  }

  /** What was known stays; a host that is away is asked again, one that cannot say is not. */
  function failed(entry: Entry, error: unknown): void {
    const { code, message } = toErrorInfo(error)
    if (!(error instanceof StokerError)) logger.error(`asking what ${entry.id.name} needs failed`, error)
    if (code !== 'server_down' && code !== 'timed_out') {
      if (entry.failures === 0 && !gone.has(code)) logger.warn(`what ${entry.id.name} needs is not known: ${message}`)
      entry.failures += 1
      return
    }
    const delayMs = retryMs[Math.min(entry.failures, retryMs.length - 1)] ?? 0
    entry.failures += 1
    entry.cancelRetry = clock.after(delayMs, () => later(entry))
  }

  function later(entry: Entry): void {
    void asking.add(() => ask(entry))
  }

  function leave(entry: Entry): void {
    entry.left.abort()
    entry.cancelRetry()
    entries.delete(modelKey(entry.id))
  }

  return {
    get: (id) => entries.get(modelKey(id))?.facts ?? null,
    withFingerprint: (fingerprint) =>
      [...entries.values()].filter(({ facts }) => facts?.fingerprint === fingerprint).map(({ id }) => id),
    follow(ids) {
      if (isDisposed) return
      cancelStart ??= clock.after(startDelayMs, () => void asking.start())
      const wanted = new Set(ids.map(modelKey))
      for (const [key, entry] of entries) if (!wanted.has(key)) leave(entry)
      for (const id of ids) if (!entries.has(modelKey(id))) later(entryOf(id))
    },
    notice({ id, digest, sizeBytes }) {
      const entry = entries.get(modelKey(id))
      if (!entry) return
      const stamp = JSON.stringify([digest, sizeBytes])
      const hasChanged = entry.stamp !== null && entry.stamp !== stamp
      entry.stamp = stamp
      if (hasChanged) later(entry)
    },
    refresh: (id) => ask(entryOf(id)),
    refreshHost(hostId) {
      for (const entry of entries.values()) if (entry.id.hostId === hostId) later(entry)
    },
    dispose() {
      isDisposed = true
      cancelStart?.()
      asking.clear()
      for (const entry of [...entries.values()]) leave(entry)
    }
  }
}

/** The weights' own facts follow from their fingerprint. */
function isSame(a: NeedFacts, b: NeedFacts): boolean {
  const comparable = (facts: NeedFacts): string =>
    JSON.stringify({ ...facts, metadata: facts.metadata !== null, tensors: facts.tensors !== null })
  return comparable(a) === comparable(b)
}
