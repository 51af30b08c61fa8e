/** What is said after unloads: how much came back, and where nothing was seen to, what was looked at. Pure. */
import type { Output, UnloadResult } from '../../../shared/contract.ts'
import { formatBytes } from '../lib/format.ts'

/** null: there is nothing to say, the memory was seen to be back. */
export function unverifiedWords(name: string, { verified, evidence }: UnloadResult): string | null {
  if (verified) return null
  const seen = evidence === null ? 'Nothing could be looked at here.' : `Seen: ${evidence.replace(/[.\s]+$/, '')}.`
  return `${name} was unloaded, but its memory was not seen to come back. ${seen}`
}

/** After several unloads that all went well. */
export function returnedWords(
  results: Output<'models.unloadAll'>['results'],
  doneWords = 'All models were unloaded.'
): string {
  const returnedBytes = results.reduce((sum, each) => sum + (each.result?.bytesReturned ?? 0), 0)
  const unseen = results.filter((each) => each.result?.verified === false).map((each) => each.id.name)
  const done = returnedBytes > 0 ? `${formatBytes(returnedBytes)} came back.` : doneWords
  return unseen.length === 0 ? done : `${done} Not seen to come back: the memory of ${unseen.join(' and ')}.`
}
