/** The answer of the core as a sum in rows and a sentence. Pure; unknown is said. */
import type { WhatIf, WhatIfModel } from '../../../../../shared/fit.ts'
import type { NeedSource } from '../../../../../shared/need.ts'
import type { Tone } from '../../../components/StatusWord.tsx'
import { formatBytes, formatBytesOf } from '../../../lib/format.ts'
import type { AdvicePart } from './adviceWords.ts'

export interface SumRow {
  label: string
  value: string
  tone: Tone | null
}

/** Rows that add up: what is above the last one makes the last one. */
export function sumRows({ totalBytes, plusMinusBytes, hasUnknown, sum }: WhatIf): SumRow[] {
  const { budgetBytes, heldBytes, freeBytes, roomBytes, overBytes, limitedBy } = sum
  const row = (label: string, value: string, tone: Tone | null = null): SumRow => ({ label, value, tone })
  const together = `${hasUnknown ? 'at least ' : ''}${formatBytes(totalBytes)}${plusMinus(totalBytes, plusMinusBytes)}`
  return [
    row('Together', together),
    ...(heldBytes > 0 ? [row('Loaded beside them', formatBytes(heldBytes))] : []),
    row('Budget', formatBytes(budgetBytes)),
    ...(limitedBy === 'other_programs' && freeBytes !== null
      ? [row('Other programs leave', formatBytes(freeBytes + heldBytes))]
      : []),
    overBytes === null || roomBytes === null
      ? row('Left', 'unknown', 'quiet')
      : overBytes > 0
        ? row('Over by', formatBytes(overBytes), isOverBudget(totalBytes, sum) ? 'bad' : 'warn')
        : row(hasUnknown ? 'Left at most' : 'Left', formatBytes(Math.max(0, roomBytes - totalBytes)))
  ]
}

/** " ± 0.4", in the unit of the total; nothing where it would not be seen in that. */
function plusMinus(totalBytes: number, plusMinusBytes: number): string {
  const [value = '0'] = formatBytesOf(plusMinusBytes, totalBytes).split(' ')
  return Number(value) > 0 ? ` ± ${value}` : ''
}

function isOverBudget(totalBytes: number, { budgetBytes, heldBytes }: WhatIf['sum']): boolean {
  return budgetBytes !== null && totalBytes + heldBytes > budgetBytes
}

const plain = (text: string): AdvicePart[] => [{ text, isName: false }]

/** What is said before, or instead of, advice. `isDone`: all is loaded as chosen. `staying`: who is loaded beside them and does not go. */
export function verdictWords(answer: WhatIf, isDone: boolean, staying: string | null): AdvicePart[] {
  const { models, verdict, spilledBytes, sum, hasUnknown, totalBytes } = answer
  if (isDone) return plain(models.length === 1 ? 'This is what is loaded now.' : 'These are loaded now.')
  const unknown = models.filter(({ need }) => need === null)
  switch (verdict) {
    case 'fits':
      return plain(models.length === 1 ? 'It fits.' : 'They fit together.')
    case 'fits_partly':
      return plain(`${formatBytes(spilledBytes)} would lie in RAM, which is slower.`)
    case 'unknown':
      return hasUnknown && unknown[0] !== undefined
        ? [
            ...plain('What '),
            ...unknownNames(unknown),
            ...plain(` ${unknown.length === 1 ? 'needs' : 'need'} is not known.`)
          ]
        : plain('What this machine can give to models is not known.')
    default:
      if (answer.advice.length > 0) return []
      if (sum.limitedBy === 'other_programs' && !isOverBudget(totalBytes, sum) && sum.freeBytes !== null)
        return plain(`Within the budget, but other programs leave only ${formatBytes(sum.freeBytes)}.`)
      if (staying !== null && sum.budgetBytes !== null && totalBytes <= sum.budgetBytes)
        return plain(`Does not fit beside what stays loaded: ${staying}`)
      return plain('Does not fit, whatever else is unloaded.')
  }
}

function unknownNames(models: readonly { id: { name: string } }[]): AdvicePart[] {
  const [first] = models
  if (first === undefined) return []
  const more = models.length - 1
  const rest = more === 0 ? [] : [{ text: ` and ${more === 1 ? 'one other' : `${more} others`}`, isName: false }]
  return [{ text: first.id.name, isName: true }, ...rest]
}

/** Of what is loaded as asked, the bytes that every other place shows; of anything else, how the bytes above were come by. */
export function asideWords(
  answered: Pick<WhatIfModel, 'need' | 'contextLength'> | null,
  contextInForce: number | null,
  heldBytes: number | null
): string | null {
  if (answered === null) return null
  const isAsLoaded = contextInForce !== null && answered.contextLength === contextInForce
  if (isAsLoaded && heldBytes !== null) return `holds ${formatBytes(heldBytes)} now`
  return answered.need === null ? null : shortSource[answered.need.source]
}

/** Beside the bytes of a model, in a word or two. */
const shortSource: Record<NeedSource, string> = {
  learned: 'measured before',
  engine: 'by the engine',
  formula: 'by formula',
  file_size: 'by file size'
}
