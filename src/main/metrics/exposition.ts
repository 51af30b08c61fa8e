/** Families of numbers as Prometheus reads them; prom-client writes the text, and is fetched by the first scrape. */
import type { Metric } from 'prom-client'
import type { Point } from './tally.ts'

export interface Family {
  name: string
  help: string
  type: 'counter' | 'gauge' | 'histogram'
  points(): Point[]
}

export interface Exposition {
  contentType: string
  text: string
}

export async function writeExposition(families: readonly Family[]): Promise<Exposition> {
  const { Registry } = await import('prom-client')
  const registry = new Registry()
  for (const family of families) registry.registerMetric(asMetric(family))
  return { contentType: registry.contentType, text: await registry.metrics() }
}

/** A registry asks its metrics for no more than this; the library's own classes would have to be there from the first count on. */
function asMetric({ name, help, type, points }: Family): Metric {
  const values = points().map(({ labels, value, suffix = '' }) => ({ labels, value, metricName: `${name}${suffix}` }))
  return { name, get: async () => ({ name, help, type, values, aggregator: 'sum' }) } as unknown as Metric
}
