/** What models were measured to need, and what the engine has worked out of them, kept between runs. */
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { needPartSchema, type CacheType, type NeedPart } from '../../shared/need.ts'
import type { Logger } from '../lib/logger.ts'
import type { EngineEstimate } from '../providers/llamacpp/needEstimator.ts'

/** What a need depends on beside the context length. */
export interface NeedKey {
  fingerprint: string
  cacheType: CacheType
  parallel: number
  engineVersion: string
}

export interface NeedStore {
  measured(key: NeedKey, contextLength: number): readonly NeedPart[] | null
  estimate(key: NeedKey): EngineEstimate | null
  /** Known at once; a disk that refuses is logged, never thrown. */
  saveMeasured(key: NeedKey, contextLength: number, parts: readonly NeedPart[]): void
  saveEstimate(key: NeedKey, estimate: EngineEstimate): void
}

interface NeedStoreDeps {
  database: DatabaseSync
  now: () => number
  logger: Logger
  /** Rows of each table; the oldest go. */
  keepAtMost?: number
  /** Writes between two looks at how many there are. */
  trimEvery?: number
}

const bytes = z
  .number()
  .int()
  .nonnegative()
  .max(2 ** 50)
const partsSchema = z.array(needPartSchema.extend({ bytes })).refine((parts) => parts.some((part) => part.bytes > 0))
const estimateSchema = z.object({
  weightsBytes: bytes.positive(),
  contexts: z
    .array(z.object({ contextLength: z.number().int().positive(), bytes }))
    .min(1)
    .refine((points) =>
      points.every(({ contextLength }, index) => contextLength > (points[index - 1]?.contextLength ?? 0))
    )
})

export function createNeedStore(deps: NeedStoreDeps): NeedStore {
  const { database, now, logger, keepAtMost = 5_000, trimEvery = 100 } = deps
  const statements = {
    measured: database.prepare(
      'SELECT context_length, parts AS json FROM measured_needs WHERE fingerprint = ? AND cache_type = ? AND parallel = ? AND engine_version = ?'
    ),
    estimate: database.prepare(
      'SELECT points AS json FROM engine_estimates WHERE fingerprint = ? AND cache_type = ? AND parallel = ? AND engine_version = ?'
    ),
    saveMeasured: database.prepare('INSERT OR REPLACE INTO measured_needs VALUES (?, ?, ?, ?, ?, ?, ?)'),
    saveEstimate: database.prepare('INSERT OR REPLACE INTO engine_estimates VALUES (?, ?, ?, ?, ?, ?)'),
    trim: [
      database.prepare(
        'DELETE FROM measured_needs WHERE rowid IN (SELECT rowid FROM measured_needs ORDER BY measured_at DESC LIMIT -1 OFFSET ?)'
      ),
      database.prepare(
        'DELETE FROM engine_estimates WHERE rowid IN (SELECT rowid FROM engine_estimates ORDER BY estimated_at DESC LIMIT -1 OFFSET ?)'
      )
    ]
  }
  /** Read once for each key: by context length, and the curve. */
  const measuredByKey = new Map<string, Map<number, readonly NeedPart[]>>()
  const estimateByKey = new Map<string, EngineEstimate | null>()
  let writes = 0

  function attempt(words: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      logger.error(words, error)
    }
  }

  function write(work: () => void): void {
    attempt('what a model needs could not be saved', () => {
      work()
      writes += 1
      if (writes % trimEvery === 0) for (const trim of statements.trim) trim.run(keepAtMost)
    })
  }

  function measuredOf(key: NeedKey): Map<number, readonly NeedPart[]> {
    const known = measuredByKey.get(keyText(key))
    if (known) return known
    const found = new Map<number, readonly NeedPart[]>()
    measuredByKey.set(keyText(key), found)
    attempt('what models were measured to need could not be read', () => {
      for (const row of statements.measured.all(...columns(key))) {
        const parts = parse(partsSchema, row['json'])
        if (parts) found.set(Number(row['context_length']), parts)
      }
    })
    return found
  }

  return {
    measured: (key, contextLength) => measuredOf(key).get(contextLength) ?? null,
    estimate(key) {
      const known = estimateByKey.get(keyText(key))
      if (known !== undefined) return known
      estimateByKey.set(keyText(key), null)
      attempt('what the engine has worked out could not be read', () => {
        const row = statements.estimate.get(...columns(key))
        estimateByKey.set(keyText(key), parse(estimateSchema, row?.['json']))
      })
      return estimateByKey.get(keyText(key)) ?? null
    },
    saveMeasured(key, contextLength, parts) {
      measuredOf(key).set(contextLength, parts)
      const [fingerprint, ...rest] = columns(key)
      write(() => statements.saveMeasured.run(fingerprint, contextLength, ...rest, JSON.stringify(parts), now()))
    },
    saveEstimate(key, estimate) {
      estimateByKey.set(keyText(key), estimate)
      write(() => statements.saveEstimate.run(...columns(key), JSON.stringify(estimate), now()))
    }
  }
}

/** In the order of the tables. */
function columns({ fingerprint, cacheType, parallel, engineVersion }: NeedKey): [string, string, number, string] {
  return [fingerprint, cacheType, parallel, engineVersion]
}

function keyText(key: NeedKey): string {
  return columns(key).join('\n')
}

/** What a newer or broken Stoker wrote is passed over. */
function parse<Schema extends z.ZodType>(schema: Schema, json: unknown): z.infer<Schema> | null {
  if (typeof json !== 'string') return null
  try {
    return schema.safeParse(JSON.parse(json)).data ?? null
  } catch {
    return null
  }
}
