/** Brings inputs to the core in pieces of a few MB, telling how far it is; a cancel ends it between two pieces. */
import type { InputSet, RunInput } from '../../../../shared/run.ts'
import { formatCount } from '../../lib/format.ts'
import type { FoundFile } from './droppedFiles.ts'
import { readFileText } from './fileText.ts'
import { maxFiles } from './inputLimits.ts'
import type { TextKind } from './inputWords.ts'
import { groupFiles, splitCsv, splitLines } from './splitInput.ts'

/** Letters; in UTF-8 a piece may be a few times as many bytes, still far below what a request may have. */
const pieceLetters = 2_000_000
const pieceFiles = 2_000
/** Read before the first of them is sent. */
const filesAtOnce = 200

export interface SendProgress {
  done: number
  total: number
}

interface Sender {
  add(input: RunInput): Promise<InputSet>
  onProgress(progress: SendProgress): void
  signal: AbortSignal
}

/** `left`: what never went to the core, and why. */
export interface Sent {
  input: InputSet | null
  left: string[]
}

function piecesOf(kind: TextKind, text: string): string[] {
  if (kind === 'text') return [text]
  return kind === 'csv' ? splitCsv(text, pieceLetters) : splitLines(text, pieceLetters)
}

export async function sendText(kind: TextKind, text: string, sender: Sender): Promise<Sent> {
  const pieces = piecesOf(kind, text)
  let input: InputSet | null = null
  for (const [index, piece] of pieces.entries()) {
    sender.signal.throwIfAborted()
    sender.onProgress({ done: index, total: pieces.length })
    input = await sender.add({ kind, text: piece })
  }
  return { input, left: [] }
}

export async function sendFiles(files: readonly FoundFile[], sender: Sender, most = maxFiles): Promise<Sent> {
  const left: string[] = []
  if (files.length > most) left.push(`what comes after the first ${formatCount(most)} files`)
  const taken = files.slice(0, most)
  let input: InputSet | null = null
  for (let from = 0; from < taken.length; from += filesAtOnce) {
    const texts: { name: string; text: string }[] = []
    for (const [index, found] of taken.slice(from, from + filesAtOnce).entries()) {
      sender.signal.throwIfAborted()
      if (index % 20 === 0) sender.onProgress({ done: from + index, total: taken.length })
      const read = await found.file().then(
        (file) => readFileText(found.name, file),
        () => ({ problem: `${found.name} could not be read` })
      )
      if ('text' in read) texts.push({ name: found.name, text: read.text })
      else left.push(read.problem)
    }
    for (const group of groupFiles(texts, pieceLetters, pieceFiles)) {
      sender.signal.throwIfAborted()
      input = await sender.add({ kind: 'files', files: group })
    }
  }
  return { input, left }
}
