/** One item of a run as a row of a table, or as a piece of Markdown. Pure. */
import type { ExportedItem } from './runExport.ts'

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe, which spreadsheets do not show: outputs of models are not to be
 * run. Plain numbers stay.
 */
export function csvRow(cells: readonly (string | number)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const isFormula = /^[\s\u0000]*[=+\-@＝＋－＠]|^[\t\r]/.test(value) && !/^[+-]?\d+([.,]\d+)?$/.test(value) // eslint-disable-line no-control-regex
  const cell = isFormula ? `'${value}` : value
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** Outputs of the steps before the result come under it; what is the result already is not written twice. */
export function itemMarkdown({ item, notes, finalOutput, outputs }: ExportedItem, resultCount: number): string {
  const { name, status, reason, error } = item
  const why = reason ?? error?.message ?? null
  const parts = [`## ${item.item + 1}. ${oneLine(name)}`, `*${status}${why === null ? '' : `: ${oneLine(why)}`}*`]
  if (notes.length > 0) parts.push(`*${oneLine(notes.join('; '))}*`)
  if (finalOutput !== null) parts.push(finalOutput.trimEnd())
  for (const { name: step, text } of outputs) {
    if (text === null || (text === finalOutput && resultCount === 1)) continue
    parts.push(`### ${oneLine(step)}`, text.trimEnd())
  }
  return `\n${parts.join('\n\n')}\n`
}

/** Plain words within a line of Markdown. */
export function oneLine(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>#]/g, '\\$&')
}
