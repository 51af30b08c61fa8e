/** models.yaml as a service: read when it changes, changed one edit at a time, its aliases matched with what the hosts have just now. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve as resolvePath } from 'node:path'
import PQueue from 'p-queue'
import type { NewActivityEvent } from '../../shared/activity.ts'
import { StokerError } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/model.ts'
import { sameModel } from '../../shared/modelKey.ts'
import { aliasHostId, type FileModel, type ModelsFile } from '../../shared/modelsFile.ts'
import { rewriteFile } from '../lib/atomicFile.ts'
import type { WatchFile } from '../lib/fileWatch.ts'
import { newActivity } from '../lib/newActivity.ts'
import { aliasTarget, type AliasTarget, type KnownModels } from './aliasTarget.ts'
import { newFileText, removeAlias, removeModel, saveAlias, saveModel, type ModelsFileEdit } from './editModelsFile.ts'
import { describeFile, readSummary } from './modelsFileWords.ts'
import { parseModelsFile, type ParsedModelsFile } from './parseModelsFile.ts'
import { putBack, type Removal } from './putBack.ts'
import { maxTextLength } from './yamlDocument.ts'

export interface ModelsFileService {
  get(): ModelsFile
  /** These reject with `invalid_input`, `model_not_found`, `not_supported` or `storage_failed`; then nothing has changed. */
  saveModel(wish: { model: FileModel; previousName?: string | undefined }): Promise<ModelsFile>
  removeModel(name: string): Promise<ModelsFile>
  saveAlias(wish: { name: string; target: ModelId; previousName?: string | undefined }): Promise<ModelsFile>
  removeAlias(name: string): Promise<ModelsFile>
  /** For the built-in engine: paths are absolute. */
  fileModels(): FileModel[]
  /** The model that an alias stands for; every other id is itself. Throws `model_not_found`. */
  resolve(id: ModelId): ModelId
  /** Models or hosts came or went. */
  modelsChanged(): void
  dispose(): void
}

interface ModelsFileDeps {
  path: string
  watchFile: WatchFile
  homeDirectory: string
  known: KnownModels
  onChanged: (file: ModelsFile) => void
  /** The models of the built-in engine are others than before. */
  onModelsChanged: () => void
  log: (event: NewActivityEvent) => void
}

/** More deletions than anyone would undo. */
const deletionsAtMost = 20

/** `key`: the same for the same content. */
interface Entry {
  key: string
  save: ModelsFileEdit
}

/** What was deleted. `isTrue`: its words still mean what they did. */
interface Deletion extends Removal, Entry {
  isTrue: () => boolean
}

type Read = { text: string; parsed: ParsedModelsFile } | null

export function createModelsFile(deps: ModelsFileDeps): ModelsFileService {
  const { path, known } = deps
  let read = readFile(path)
  /** As everyone was told; null before anyone asked. Not asked here: what is known of hosts may be made later. */
  let told: string | null = null
  const edits = new PQueue({ concurrency: 1 })
  /** What was deleted here, newest last: saved again just as it was, it comes back where it stood. */
  let deletions: Deletion[] = []
  const stopWatching = deps.watchFile(path, takeUp)

  function get(): ModelsFile {
    return describeFile(path, read?.parsed ?? null, known, (model) => existsSync(absolutePath(model)))
  }

  function absolutePath({ path: written }: FileModel): string {
    const [, rest] = /^~[/\\](.*)$/.exec(written) ?? []
    return rest === undefined ? resolvePath(dirname(path), written) : join(deps.homeDirectory, rest)
  }

  function fileModels(): FileModel[] {
    return (read?.parsed.models ?? []).map(({ line: _, ...model }) => ({ ...model, path: absolutePath(model) }))
  }

  function tell(): ModelsFile {
    const file = get()
    const text = JSON.stringify(file)
    if (text !== told) {
      told = text
      deps.onChanged(file)
    }
    return file
  }

  function take(next: Read): void {
    const before = JSON.stringify(fileModels())
    read = next
    if (JSON.stringify(fileModels()) !== before) deps.onModelsChanged()
  }

  function takeUp(): void {
    const next = readFile(path)
    if (next?.text === read?.text) return
    take(next)
    deps.log(newActivity({ kind: 'models_file', actor: 'stoker', reason: readSummary(tell()) }))
  }

  /** What stands in the file now is what changes, also where that was not taken up yet. */
  const edit = (change: ModelsFileEdit): Promise<ModelsFile> =>
    edits.add(async () => {
      const now = readFile(path)
      if (now?.parsed.broken?.isUnread) throw new StokerError('storage_failed', now.parsed.broken.message)
      const text = change(now?.text ?? newFileText)
      await rewriteFile(path, text)
      take({ text, parsed: parseModelsFile(text) })
      return tell()
    })

  function aliasTo(name: string, target: ModelId, previousName: string): ModelsFileEdit {
    if (target.hostId === aliasHostId)
      throw new StokerError('invalid_input', 'An alias cannot point at another alias.', 'Point it at a model.')
    return (text) => {
      const before = parseModelsFile(text).aliases.find((alias) => alias.name === previousName)
      const isSame = before !== undefined && sameModel(aliasTarget(before.written, known).target, target)
      return saveAlias(name, isSame ? before.written : `${target.hostId}/${target.name}`, previousName)(text)
    }
  }

  const removing =
    (
      change: ModelsFileEdit,
      entryIn: (file: ParsedModelsFile) => (Entry & Pick<Deletion, 'isTrue'>) | undefined
    ): ModelsFileEdit =>
    (before) => {
      const after = change(before)
      const entry = entryIn(parseModelsFile(before))
      if (entry) deletions = [...deletions, { ...entry, before, after }].slice(-deletionsAtMost)
      return after
    }

  function again({ key, save }: Entry): ModelsFileEdit {
    const deletion = deletions.findLast((each) => each.key === key && each.isTrue())
    return deletion ? putBack(deletion, save) : save
  }

  const aliasEntry = (name: string, target: ModelId, save: ModelsFileEdit): Entry => ({
    key: JSON.stringify([name, target.hostId, target.name]),
    save
  })

  /** A bare name may have become another host's model meanwhile. */
  function deletedAlias({ name, written }: ParsedModelsFile['aliases'][number]): Entry & Pick<Deletion, 'isTrue'> {
    const { target } = aliasTarget(written, known)
    const isTrue = (): boolean => {
      const now = aliasTarget(written, known)
      return now.isMissing || sameModel(now.target, target)
    }
    return { ...aliasEntry(name, target, saveAlias(name, written)), isTrue }
  }

  return {
    get() {
      const file = get()
      told ??= JSON.stringify(file)
      return file
    },
    saveModel: ({ model, previousName }) =>
      edit(previousName === undefined ? again(modelEntry(model)) : saveModel(model, previousName)),
    removeModel: (name) =>
      edit(
        removing(removeModel(name), ({ models }) => {
          const model = models.find((each) => each.name === name)
          return model && { ...modelEntry(model), isTrue: () => true }
        })
      ),
    saveAlias: async ({ name, target, previousName }) => {
      const save = aliasTo(name, target, previousName ?? name)
      return edit(previousName === undefined ? again(aliasEntry(name, target, save)) : save)
    },
    removeAlias: (name) =>
      edit(
        removing(removeAlias(name), ({ aliases }) => {
          const alias = aliases.find((each) => each.name === name)
          return alias && deletedAlias(alias)
        })
      ),
    fileModels,
    resolve: (id) => (id.hostId === aliasHostId ? resolveAlias(id.name, read?.parsed.aliases ?? [], known) : id),
    modelsChanged: () => void tell(),
    dispose: stopWatching
  }
}

function modelEntry(model: FileModel): Entry {
  const { name, path, loader, contextLength, options } = model
  const sorted = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))
  return { key: JSON.stringify([name, path, loader, contextLength, sorted]), save: saveModel(model) }
}

function resolveAlias(name: string, aliases: ParsedModelsFile['aliases'], known: KnownModels): ModelId {
  const alias = aliases.find((each) => each.name === name)
  if (alias === undefined)
    throw new StokerError('model_not_found', `There is no alias “${name}”.`, 'Add it in Settings, or in models.yaml.')
  const { target, isMissing }: AliasTarget = aliasTarget(alias.written, known)
  if (!isMissing) return target
  throw new StokerError(
    'model_not_found',
    `The alias “${name}” points at ${alias.written}, which is not there.`,
    'Point it at another model in Settings, or get that one.'
  )
}

/** Null: there is none. One that may not be read, or is far too large, is one mistake and nothing else. */
function readFile(path: string): Read {
  try {
    const { size } = statSync(path)
    // Bytes are at least as many as letters; what is beyond both need not even be read.
    if (size > 4 * maxTextLength) return { text: `${size}`, parsed: unread(`models.yaml is too large to be read.`) }
    const text = readFileSync(path, 'utf8')
    return { text, parsed: parseModelsFile(text) }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    return { text: String(error), parsed: unread(`models.yaml cannot be read: ${String(error)}`) }
  }
}

function unread(message: string): ParsedModelsFile {
  return { models: [], aliases: [], problems: [], broken: { line: null, message, isUnread: true } }
}
