/** A template's beginning as a card shows it: words, and references as chips with short names. Pure. */
import { parseTemplate } from '../../../../shared/template.ts'
import type { TemplatePart } from '../../../../shared/template.ts'

export interface TemplatePiece {
  text: string
  isReference: boolean
  /** Names a step that is not there. */
  isUnknown: boolean
}

const mostLetters = 220

function referenceLabel(part: Exclude<TemplatePart, { kind: 'text' }>): string {
  if (part.kind === 'input') return part.column === null ? 'input' : `input.${part.column}`
  const path = (part.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')
  return part.path === null ? part.name : `${part.name}${path === '' ? '.json' : path}`
}

export function templatePieces(template: string, names: ReadonlySet<string>): TemplatePiece[] {
  const pieces: TemplatePiece[] = []
  let letters = 0
  for (const part of parseTemplate(template.slice(0, 2 * mostLetters)).parts) {
    if (letters >= mostLetters) break
    const isReference = part.kind !== 'text'
    const text = isReference ? referenceLabel(part) : part.text.replaceAll(/\s+/g, ' ').slice(0, mostLetters - letters)
    letters += text.length
    pieces.push({ text, isReference, isUnknown: part.kind === 'step' && !names.has(part.name) })
  }
  return pieces
}
