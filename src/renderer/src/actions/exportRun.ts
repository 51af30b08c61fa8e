/** A run's results as files: asked for in pieces, so that a hundred thousand items need no single huge answer, and cancelled by closing its word. */
import { notifications } from '@mantine/notifications'
import type { ExportFormat, RunSummary } from '../../../shared/run.ts'
import { request } from '../host/client.ts'
import { isConnectedFor, notifyDone, notifyFailure } from './notify.ts'
import { saveBlob } from './saveFile.ts'

const types: Record<ExportFormat, string> = {
  csv: 'text/csv;charset=utf-8',
  jsonl: 'application/x-ndjson;charset=utf-8',
  markdown: 'text/markdown;charset=utf-8',
  files: 'application/zip'
}

interface Piece {
  fileName: string
  text: string
}

/** What the pieces become; those of one name come one after the other. */
interface Collector {
  add(piece: Piece): void
  finish(): { fileName: string; parts: BlobPart[] }
}

function textCollector(): Collector {
  let fileName = 'run.txt'
  const parts: BlobPart[] = []
  return {
    add(piece) {
      fileName = piece.fileName
      parts.push(piece.text)
    },
    finish: () => ({ fileName, parts })
  }
}

/** Never outside of the folder it is unpacked in. */
export function safePath(fileName: string): string {
  const parts = fileName.split(/[\\/]/).filter((part) => part !== '' && part !== '.' && part !== '..')
  return parts.join('/') || 'item'
}

export async function zipCollector(zipName: string): Promise<Collector> {
  const { Zip, ZipDeflate, strToU8 } = await import('fflate')
  const parts: BlobPart[] = []
  const zip = new Zip((error, data) => {
    if (error) throw error
    parts.push(data as Uint8Array<ArrayBuffer>)
  })
  let open: { name: string; file: InstanceType<typeof ZipDeflate> } | null = null
  const close = (): void => open?.file.push(new Uint8Array(0), true)
  return {
    add({ fileName, text }) {
      if (open?.name !== fileName) {
        close()
        open = { name: fileName, file: new ZipDeflate(safePath(fileName), { level: 6 }) }
        zip.add(open.file)
      }
      open.file.push(strToU8(text))
    },
    finish() {
      close()
      zip.end()
      return { fileName: zipName, parts }
    }
  }
}

/** "review-a-folder-2026-03-18.zip". */
export function zipNameOf({ chainName, createdAt }: Pick<RunSummary, 'chainName' | 'createdAt'>): string {
  const name = chainName
    .toLocaleLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  return `${name || 'run'}-${new Date(createdAt).toISOString().slice(0, 10)}.zip`
}

export async function exportRun(run: RunSummary, format: ExportFormat): Promise<void> {
  const what = `The results of ${run.chainName} were not exported`
  if (!isConnectedFor(what)) return
  const id = `export ${run.id} ${format}`
  let isCancelled = false
  const say = (done: number): void => {
    const message = `Exporting ${run.chainName}: ${done} of ${run.itemCount}`
    const word = { id, message, loading: true, autoClose: false, onClose: () => (isCancelled = true) } as const
    if (done === 0) notifications.show(word)
    else notifications.update(word)
  }
  try {
    const collector = format === 'files' ? await zipCollector(zipNameOf(run)) : textCollector()
    let fromItem: number | null = 0
    while (fromItem !== null) {
      // Short ones end before anybody could read of them.
      if (run.itemCount > 500) say(fromItem)
      const piece: { files: Piece[]; nextItem: number | null } = await request('runs.export', {
        runId: run.id,
        format,
        fromItem
      })
      // Closed by hand meanwhile; a question of its own would be in the way.
      if (isCancelled as boolean) return
      for (const file of piece.files) collector.add(file)
      fromItem = piece.nextItem
    }
    const { fileName, parts } = collector.finish()
    saveBlob(fileName, new Blob(parts, { type: types[format] }))
    notifications.hide(id)
    notifyDone(`${fileName} was exported.`)
  } catch (thrown) {
    notifications.hide(id)
    notifyFailure(what, thrown)
  }
}
