/** A template cut at its references and mistakes, as the editor draws it. Pure. */
import type { ChainProblem } from '../../../../../shared/chain.ts'
import type { Template } from '../../../../../shared/template.ts'

export interface Mark {
  start: number
  end: number
  message: string
  isBlocking: boolean
}

export interface MarkedPiece {
  text: string
  kind: 'text' | 'reference' | 'mistake'
  start: number
}

/** Problems of a template with their places; those without one are said below it all the same. */
export function marksOf(problems: readonly ChainProblem[], field: ChainProblem['field']): Mark[] {
  return problems
    .filter((problem) => problem.field === field)
    .map(({ start, end, message, isBlocking }) => ({ start: start ?? 0, end: end ?? 0, message, isBlocking }))
}

/** Marks of an older text may lie behind its end: they are cut. A mistake covers the reference it lies in. */
export function markedPieces(text: string, { parts }: Template, marks: readonly Mark[]): MarkedPiece[] {
  const mistakes = marks
    .filter(({ start, end }) => start < text.length && end > start)
    .map(({ start, end }) => ({ start, end: Math.min(end, text.length), kind: 'mistake' as const }))
  const touches = (a: { start: number; end: number }): boolean =>
    mistakes.some(({ start, end }) => start < a.end && a.start < end)
  const references = parts
    .filter((part) => part.kind !== 'text' && !touches(part))
    .map(({ start, end }) => ({ start, end, kind: 'reference' as const }))
  const pieces: MarkedPiece[] = []
  let at = 0
  for (const { start, end, kind } of [...mistakes, ...references].sort((a, b) => a.start - b.start)) {
    if (start < at) continue
    if (start > at) pieces.push({ text: text.slice(at, start), kind: 'text', start: at })
    pieces.push({ text: text.slice(start, end), kind, start })
    at = end
  }
  if (at < text.length) pieces.push({ text: text.slice(at), kind: 'text', start: at })
  return pieces
}
