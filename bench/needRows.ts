/** The need bench in words: rows beside their promises, and every case as a table. */
import type { NeedBench, NeedMeasurement, TriedSource } from './needBench.ts'
import type { Row } from './row.ts'

/** Parts, not percent. */
const promises: Record<'engine' | 'formula' | 'learned', { what: string; median: number; worst: number }> = {
  engine: { what: 'Predicted against allocated: the engine’s estimate', median: 0.02, worst: 0.05 },
  formula: { what: 'Predicted against allocated: formula alone', median: 0.05, worst: 0.12 },
  learned: { what: 'Predicted against allocated: after one load', median: 0.005, worst: 0.005 }
}
const comparisons: Partial<Record<TriedSource, string>> = {
  ollamaRule: 'The same by Ollama’s own rule',
  sizeRule: 'The same by file size x 1.2'
}

const percent = (part: number): string => `${(part * 100).toFixed(part < 0.1 ? 2 : 1)} %`
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

export function needRows({ errors, measurements }: NeedBench): Row[] {
  const figure = ({ median, worst }: { median: number; worst: number }): string =>
    `median ${percent(median)}, worst ${percent(worst)} of ${measurements.length} shapes`
  return [
    ...Object.entries(promises).map(([source, { what, median, worst }]): Row => {
      const error = errors[source as keyof typeof promises]
      return {
        what,
        figure: figure(error),
        target: median === worst ? `at most ${percent(worst)}` : `median ${percent(median)}, worst ${percent(worst)}`,
        isMet: error.median <= median && error.worst <= worst
      }
    }),
    ...Object.entries(comparisons).map(([source, what]): Row => {
      return { what, figure: figure(errors[source as TriedSource]), target: 'for comparison', isMet: true }
    })
  ]
}

export function needTable({ measurements, seconds, withinMargin }: NeedBench): string {
  const head = [
    '| shape | weights | context | file | allocated | engine | formula | learned | Ollama’s rule | size x 1.2 |',
    '|---|---|---|---|---|---|---|---|---|---|'
  ]
  const note = `MiB; the rest is how far off, signed. ${percent(withinMargin)} within the formula’s own plus-minus; ${seconds.toFixed(0)} s in all.`
  return [...head, ...measurements.map(caseRow), '', note].join('\n')
}

function caseRow({ case: { shape, contextLength, cacheType, useMmap }, predicted, ...one }: NeedMeasurement): string {
  const headLength = shape.headLength ?? shape.embedding / shape.heads
  const off = (source: TriedSource): string => {
    const error = predicted[source] / one.allocatedBytes - 1
    return `${error < 0 ? '-' : '+'}${percent(Math.abs(error))}`
  }
  const cells = [
    `${shape.layers} x ${shape.embedding}, ${shape.heads}/${shape.kvHeads} x ${headLength}, ff ${shape.feedForward}, ${shape.vocabulary}`,
    `${shape.weights}${shape.isTied ? ', tied' : ''}${useMmap === null ? '' : useMmap ? ', mapped' : ', read'}`,
    `${contextLength} ${cacheType}`,
    mebibytes(one.fileBytes),
    mebibytes(one.allocatedBytes),
    ...(['engine', 'formula', 'learned', 'ollamaRule', 'sizeRule'] as const).map(off)
  ]
  return `| ${cells.join(' | ')} |`
}
