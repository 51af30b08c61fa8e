/** models.yaml as it is shown: with what only the hosts and the disk can tell, and with what that makes of it. Pure. */
import type { ModelId } from '../../shared/model.ts'
import type { FileModel, ModelsFile } from '../../shared/modelsFile.ts'
import { aliasTarget, onNamedHost, type KnownModels } from './aliasTarget.ts'
import { short, type ParsedAlias, type ParsedModelsFile } from './parseModelsFile.ts'

export function describeFile(
  path: string,
  parsed: ParsedModelsFile | null,
  known: KnownModels,
  hasFile: (model: FileModel) => boolean
): ModelsFile {
  if (parsed === null) return { path, exists: false, models: [], aliases: [], problems: [] }
  const problems: ModelsFile['problems'] = [...parsed.problems]
  if (parsed.broken?.isUnread) problems.push({ line: null, message: parsed.broken.message })
  for (const model of parsed.models) {
    if (!hasFile(model))
      problems.push({
        line: model.line,
        message: `“${short(model.name)}” has no file: there is none at ${model.path}.`
      })
  }
  const aliases = parsed.aliases.map((alias) => {
    const { target, isMissing, others } = aliasTarget(alias.written, known)
    const [other] = others
    if (isMissing && isOfFile(alias, parsed, known)) return { name: alias.name, target, line: alias.line, isMissing }
    if (isMissing) problems.push({ line: alias.line, message: missingWords(alias, parsed, known) })
    else if (other !== undefined)
      problems.push({ line: alias.line, message: ambiguousWords(alias, target, other, known) })
    return { name: alias.name, target, line: alias.line, isMissing }
  })
  return { path, exists: true, models: parsed.models, aliases, problems: problems.sort(byLine) }
}

/** For the event log: "3 models, 2 aliases, 1 mistake". */
export function readSummary({ exists, models, aliases, problems }: ModelsFile): string {
  if (!exists) return 'it is gone'
  const words = [count(models.length, 'model', 'models'), count(aliases.length, 'alias', 'aliases')]
  if (problems.length > 0) words.push(count(problems.length, 'mistake', 'mistakes'))
  return words.join(', ')
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`
}

/** The built-in engine lists it in a moment; where it cannot, the model itself is what is wrong. */
function isOfFile({ written }: ParsedAlias, { models }: ParsedModelsFile, known: KnownModels): boolean {
  const named = onNamedHost(written, known) ?? { hostId: 'built-in', name: written }
  return named.hostId === 'built-in' && models.some(({ name }) => name === named.name)
}

function missingWords({ name, written }: ParsedAlias, { aliases }: ParsedModelsFile, known: KnownModels): string {
  if (aliases.some((each) => each.name === written))
    return `The alias “${name}” points at “${written}”, an alias itself: point it at a model.`
  const named = onNamedHost(written, known)
  const place = named === null ? 'which no host has just now' : `which is not on ${hostName(named, known)} just now`
  return `The alias “${name}” points at “${short(named?.name ?? written)}”, ${place}.`
}

function ambiguousWords({ name, written }: ParsedAlias, target: ModelId, other: ModelId, known: KnownModels): string {
  const both = `${hostName(target, known)} and on ${hostName(other, known)}`
  return `The alias “${name}”: ${short(written)} is on ${both}. The first one is meant; write ${other.hostId}/${short(other.name)} for the other.`
}

function hostName({ hostId }: ModelId, { hosts }: KnownModels): string {
  return hosts().find(({ id }) => id === hostId)?.name ?? hostId
}

function byLine(a: { line: number | null }, b: { line: number | null }): number {
  return (a.line ?? 0) - (b.line ?? 0)
}
