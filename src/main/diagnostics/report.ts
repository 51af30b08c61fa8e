/** What was found, as a file to send to somebody: JSON, or Markdown to read. Pure. */
import { formatBytes } from '../../shared/byteWords.ts'
import type { BenchResult, Check, Diagnostics } from '../../shared/diagnostics.ts'
import { formatTaken } from '../../shared/span.ts'

export interface ReportAbout {
  /** Of Stoker. */
  version: string
  /** As the sampler calls it: "Mac mini M4, 32 GB"; null when unknown. */
  machine: string | null
  platform: string
  at: number
}

export interface Report {
  fileName: string
  text: string
}

export function writeReport(found: Diagnostics, about: ReportAbout, format: 'json' | 'markdown'): Report {
  const name = `stoker-diagnostics-${fileTime(about.at)}`
  if (format === 'json')
    return { fileName: `${name}.json`, text: `${JSON.stringify({ ...about, ...found }, null, 2)}\n` }
  return { fileName: `${name}.md`, text: markdown(found, about) }
}

function markdown({ bench, checks }: Diagnostics, { version, machine, platform, at }: ReportAbout): string {
  return [
    '# Stoker diagnostics',
    '',
    `Stoker ${cell(version)} on ${cell(machine ?? 'an unknown machine')} (${cell(platform)}), ${timeOf(at)}.`,
    '',
    '## Check this machine',
    '',
    ...(checks === null ? ['Never run.'] : [`Run ${timeOf(checks.at)}.`, '', ...checkTable(checks.checks)]),
    '',
    '## Test bench',
    '',
    ...(bench.length === 0 ? ['Never run.'] : benchTable(bench)),
    ''
  ].join('\n')
}

function checkTable(checks: readonly Check[]): string[] {
  const rows = checks.map(({ label, outcome, words, hint }) => [label, outcome, words, hint ?? ''])
  return table(['Check', 'Outcome', 'Found', 'What to do'], rows)
}

function benchTable(bench: readonly BenchResult[]): string[] {
  const rows = bench.map((each) => [
    each.id.name,
    each.id.hostId,
    each.outcome,
    each.reason ?? '',
    duration(each.loadMs),
    duration(each.firstTokenMs),
    each.tokensPerSecond === null ? '' : each.tokensPerSecond.toFixed(1),
    formatBytes(each.heldBytes, ''),
    each.text ?? '',
    timeOf(each.at)
  ])
  const head = ['Model', 'Host', 'Outcome', 'Why', 'Load', 'First token', 'Tokens/s', 'Held', 'What it said', 'When']
  return table(head, rows)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(cell)))]
}

/** What a model or a server said: on one line, in the order it is read, and without a meaning in Markdown or HTML. */
function cell(text: string): string {
  const oneLine = text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
  // Other signs mean nothing within a cell: names and numbers are to be read.
  return oneLine.trim().replace(/[\\`*_[\]<>|~&$]/g, (sign) => `\\${sign}`)
}

function duration(ms: number | null): string {
  return ms === null ? '' : formatTaken(ms)
}

/** "2026-03-01 14:02 UTC". */
function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function fileTime(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', '-').replace(':', '')
}
