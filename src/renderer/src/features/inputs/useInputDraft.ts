/** The inputs that are being chosen: what was typed or read, on its way to the core, and what the core made of it. */
import { useEffect, useRef, useState } from 'react'
import type { InputSet, RunInput } from '../../../../shared/run.ts'
import { mintOperationId } from '../../actions/operationId.ts'
import { failureWords } from '../../host/failureWords.ts'
import { request } from '../../host/client.ts'
import type { FoundFile } from './droppedFiles.ts'
import { readFileText } from './fileText.ts'
import { lastInputId } from './inputsStore.ts'
import type { InputKind, TextKind } from './inputWords.ts'
import { sendFiles, sendText, type SendProgress, type Sent } from './sendInput.ts'

/** After the last letter. */
const typingPauseMs = 350

interface Draft {
  kind: InputKind
  /** As typed, by kind. */
  texts: Readonly<Record<TextKind, string>>
  /** Read from a file instead of typed. */
  fileName: string | null
  input: InputSet | null
  /** From the last run of this chain, not chosen now. */
  isKept: boolean
  /** What never reached the core, and why. */
  left: readonly string[]
  /** Null: nothing is on its way. */
  sending: SendProgress | null
  failure: string | null
}

/** Whatever was brought before is gone. */
const nothingTaken = { fileName: null, input: null, isKept: false, left: [], sending: null, failure: null } as const
const beginning: SendProgress = { done: 0, total: 0 }
const blank: Draft = { kind: 'text', texts: { text: '', lines: '', csv: '', jsonl: '' }, ...nothingTaken }

export interface InputDraft extends Draft {
  setKind(kind: InputKind): void
  setText(text: string): void
  takeFiles(files: Promise<FoundFile[]> | FoundFile[]): void
  /** One file as the text of the kind in hand. */
  takeTextFile(file: File): void
  cancel(): void
  startAnew(): void
}

export function useInputDraft(chainId: string, given: InputSet | null): InputDraft {
  const [draft, setDraft] = useState<Draft>(() => (given === null ? blank : keptDraft(given)))
  const work = useRef<AbortController | null>(null)
  /** What this dialog had the core keep: there is never more than one. */
  const madeId = useRef<string | null>(null)
  const typing = useRef<ReturnType<typeof setTimeout>>(undefined)
  const change = (changes: Partial<Draft>): void => setDraft((before) => ({ ...before, ...changes }))

  useEffect(() => {
    const inputId = given === null ? lastInputId(chainId) : null
    if (inputId === null) return
    let isGone = false
    request('inputs.get', { inputId }).then(
      ({ input }) => setDraft((before) => (isGone || !isUntouched(before) ? before : keptDraft(input))),
      // Swept away since: the person chooses anew.
      () => undefined
    )
    return () => void (isGone = true)
  }, [chainId, given])

  useEffect(
    () => () => {
      clearTimeout(typing.current)
      work.current?.abort()
    },
    []
  )

  async function bring(send: (inputId: string, signal: AbortSignal) => Promise<Sent>): Promise<void> {
    stop()
    const own = new AbortController()
    const inputId = mintOperationId()
    work.current = own
    change({ sending: beginning, failure: null, isKept: false })
    try {
      const { input, left } = await send(inputId, own.signal)
      own.signal.throwIfAborted()
      change({ input, left, sending: null })
      giveUp(madeId.current)
      madeId.current = inputId
    } catch (thrown) {
      if (!own.signal.aborted) change({ input: null, left: [], sending: null, failure: failureWords(thrown) })
      giveUp(inputId)
    }
  }

  function stop(): void {
    clearTimeout(typing.current)
    work.current?.abort()
  }

  const bringText = (kind: TextKind, text: string): Promise<void> =>
    bring((inputId, signal) => sendText(kind, text, senderOf(inputId, signal)))

  const senderOf = (inputId: string, signal: AbortSignal) => ({
    add: async (input: RunInput) => (await request('inputs.add', { inputId, input })).input,
    onProgress: (sending: SendProgress) => !signal.aborted && change({ sending }),
    signal
  })

  return {
    ...draft,
    setKind(kind) {
      stop()
      change({ kind, ...nothingTaken })
      if (kind !== 'files' && draft.texts[kind].trim() !== '') void bringText(kind, draft.texts[kind])
    },
    setText(text) {
      const { kind } = draft
      if (kind === 'files') return
      stop()
      const isBlank = text.trim() === ''
      change({ texts: { ...draft.texts, [kind]: text }, ...nothingTaken, sending: isBlank ? null : beginning })
      if (!isBlank) typing.current = setTimeout(() => void bringText(kind, text), typingPauseMs)
    },
    takeFiles(files) {
      change({ kind: 'files', ...nothingTaken })
      void bring(async (inputId, signal) => sendFiles(await files, senderOf(inputId, signal)))
    },
    takeTextFile(file) {
      const { kind } = draft
      if (kind === 'files') return
      change({ ...nothingTaken, fileName: file.name })
      void bring(async (inputId, signal) => sendText(kind, await wholeText(file), senderOf(inputId, signal)))
    },
    cancel() {
      stop()
      change({ sending: null, input: null, fileName: null })
    },
    startAnew() {
      stop()
      setDraft({ ...blank, kind: draft.kind })
    }
  }
}

/** What is still kept, for the core was away, is swept by itself the day after. */
function giveUp(inputId: string | null): void {
  if (inputId !== null) request('inputs.remove', { inputId }).catch(() => undefined)
}

function keptDraft(input: InputSet): Draft {
  return { ...blank, kind: input.kind, input, isKept: true }
}

function isUntouched({ input, sending, texts }: Draft): boolean {
  return input === null && sending === null && Object.values(texts).every((text) => text === '')
}

/** Tables may be longer than one file of a batch, so they are read whatever their size. */
async function wholeText(file: File): Promise<string> {
  const read = await readFileText(file.name, file, Infinity)
  if ('text' in read) return read.text
  throw new Error(`${read.problem}.`)
}
