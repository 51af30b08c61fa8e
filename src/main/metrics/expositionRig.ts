/** Reads the text of `GET /metrics` as Prometheus would, by a parser that is not the writer's. */
import { createRequire } from 'node:module'

interface ParsedFamily {
  name: string
  help: string
  type: 'COUNTER' | 'GAUGE' | 'HISTOGRAM' | 'SUMMARY' | 'UNTYPED'
  metrics: { value?: string; labels?: Record<string, string> }[]
}

const parse = createRequire(import.meta.url)('parse-prometheus-text-format') as (text: string) => ParsedFamily[]

export interface ParsedText {
  families: ParsedFamily[]
  /** The value of one series; undefined: it is not there. */
  value(name: string, labels?: Record<string, string>): number | undefined
  /** How many series have this name: of a histogram, with its suffix. */
  count(name: string): number
}

export function readExposition(text: string): ParsedText {
  // The parser folds the series of a histogram into one and drops their labels; without its type each of them is a plain line.
  const lines = parse(text.replace(/^# TYPE \S+ histogram\n/gm, ''))
  const seriesOf = (name: string) => lines.flatMap((family) => (family.name === name ? family.metrics : []))
  return {
    families: parse(text),
    value(name, labels = {}) {
      const isAsked = (given: Record<string, string> = {}): boolean =>
        Object.entries(labels).every(([key, value]) => given[key] === value)
      const found = seriesOf(name).find((each) => isAsked(each.labels))
      return found?.value === undefined ? undefined : Number(found.value)
    },
    count: (name) => seriesOf(name).length
  }
}
