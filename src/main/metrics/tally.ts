/**
 * Counters and histograms as plain numbers, so that counting costs next to nothing and the library that writes them down is fetched by
 * the first who asks for them. The number of series has an end: beyond it everything is one series more, called "other".
 */

export type Labels = Readonly<Record<string, string>>

/** One line of the text; `suffix` is appended to the family's name. */
export interface Point {
  labels: Labels
  value: number
  suffix?: string
}

export interface Tally {
  /** To a counter; into a histogram. What is no number, or negative, is passed over: a counter never goes down. */
  add(labels: Labels, amount?: number): void
  /** A series that is there from the start: the first event would else be no growth to whoever reads it. */
  open(labels: Labels): void
  points(): Point[]
  /** Forgets the series of what is no longer there. */
  keep(isThere: (labels: Labels) => boolean): void
}

const maxSeries = 2_000

export function createCounter(limit = maxSeries): Tally {
  const book = createBook(() => ({ value: 0 }), limit)
  return {
    add(labels, amount = 1) {
      if (isCountable(amount)) book.of(labels).value += amount
    },
    open: (labels) => void book.of(labels),
    points: () => book.series().map(([labels, { value }]) => ({ labels, value })),
    keep: book.keep
  }
}

/** `bounds`: the upper ends of its buckets, growing; the last one, without an end, is added. */
export function createHistogram(bounds: readonly number[], limit = maxSeries): Tally {
  const book = createBook(() => ({ counts: bounds.map(() => 0), sum: 0, count: 0 }), limit)
  return {
    add(labels, amount = 1) {
      if (!isCountable(amount)) return
      const series = book.of(labels)
      series.sum += amount
      series.count += 1
      const bucket = bounds.findIndex((bound) => amount <= bound)
      if (bucket >= 0) series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
    },
    open: (labels) => void book.of(labels),
    points: () =>
      book.series().flatMap(([labels, { counts, sum, count }]) => {
        let below = 0
        const buckets = counts.map((each, index) => {
          below += each
          return { labels: { ...labels, le: String(bounds[index]) }, value: below, suffix: '_bucket' }
        })
        return [
          ...buckets,
          { labels: { ...labels, le: '+Inf' }, value: count, suffix: '_bucket' },
          { labels, value: sum, suffix: '_sum' },
          { labels, value: count, suffix: '_count' }
        ]
      }),
    keep: book.keep
  }
}

function isCountable(amount: number): boolean {
  return Number.isFinite(amount) && amount >= 0
}

/** Series by their labels. A family always has the same label names, so their values are enough of a key. */
function createBook<Series>(make: () => Series, limit: number) {
  const byKey = new Map<string, { labels: Labels; series: Series }>()
  const find = (labels: Labels): Series | undefined => byKey.get(keyOf(labels))?.series
  function open(labels: Labels): Series {
    const series = make()
    byKey.set(keyOf(labels), { labels, series })
    return series
  }
  return {
    of(labels: Labels): Series {
      const known = find(labels)
      if (known) return known
      if (byKey.size < limit) return open(labels)
      const other = Object.fromEntries(Object.keys(labels).map((name) => [name, 'other']))
      return find(other) ?? open(other)
    },
    series: (): [Labels, Series][] => [...byKey.values()].map(({ labels, series }) => [labels, series]),
    keep(isThere: (labels: Labels) => boolean): void {
      for (const [key, { labels }] of byKey) if (!isThere(labels)) byKey.delete(key)
    }
  }
}

function keyOf(labels: Labels): string {
  return Object.values(labels).join('\u0000')
}
