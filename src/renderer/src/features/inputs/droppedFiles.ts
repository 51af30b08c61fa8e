/** The files behind a drop or a choice, folders gone through: each with its path within what was given. */
import { maxFiles } from './inputLimits.ts'

export interface FoundFile {
  /** "notes/today.md". */
  name: string
  file(): Promise<Blob>
}

/** Hidden files and folders (".git", ".DS_Store") are nobody's input. */
const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.') && part.length > 1)

const byName = new Intl.Collator('en', { numeric: true })

function inOrder(files: FoundFile[]): FoundFile[] {
  return files.filter(({ name }) => !isHidden(name)).sort((a, b) => byName.compare(a.name, b.name))
}

/** Of a file chooser. */
export function chosenFiles(list: Iterable<File>): FoundFile[] {
  return inOrder([...list].map((file) => ({ name: file.webkitRelativePath || file.name, file: async () => file })))
}

function readAll(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader()
  const found: FileSystemEntry[] = []
  return new Promise((resolve, reject) => {
    // A reader gives a hundred at a time, and nothing at the end.
    const next = (): void =>
      reader.readEntries((entries) => {
        if (entries.length === 0) return resolve(found)
        found.push(...entries)
        next()
      }, reject)
    next()
  })
}

async function walk(entry: FileSystemEntry, path: string, found: FoundFile[], most: number): Promise<void> {
  const name = path === '' ? entry.name : `${path}/${entry.name}`
  if (found.length > most || isHidden(name)) return
  if (entry.isFile) {
    const of = entry as FileSystemFileEntry
    found.push({ name, file: () => new Promise((resolve, reject) => of.file(resolve, reject)) })
    return
  }
  for (const child of await readAll(entry as FileSystemDirectoryEntry)) await walk(child, name, found, most)
}

/** To be called within the drop itself: the list is empty afterwards. At most one more than are taken, which tells that there are more. */
export async function droppedFiles(transfer: DataTransfer, most = maxFiles): Promise<FoundFile[]> {
  const entries = [...transfer.items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null))
  // What was made by a script has files but no entries.
  if (entries.every((entry) => entry === null)) return chosenFiles(transfer.files)
  const found: FoundFile[] = []
  for (const entry of entries) if (entry !== null) await walk(entry, '', found, most)
  return inOrder(found)
}
