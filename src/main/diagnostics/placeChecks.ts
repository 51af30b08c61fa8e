/** Whether the servers answer and the disks have room. */
import { formatBytes } from '../../shared/byteWords.ts'
import type { Host } from '../../shared/model.ts'
import { failed, ok, skipped, warning, type Finding } from './checkParts.ts'

/** Under this the history cannot grow, let alone a model be downloaded. */
const fullBytes = 1_000_000_000
/** Under this most models cannot be downloaded. */
const tightBytes = 10_000_000_000

/** `isExpected`: it is no default that was never there. */
export function hostFinding(host: Host, isExpected: boolean, answeredMs: number): Finding {
  const { name, url, version, device, status, error } = host
  const place = url === null ? '' : ` at ${url}`
  if (status === 'ok') {
    const versionWords = version !== null && /^\d/.test(version) ? `version ${version}` : version
    const what = [versionWords, device].filter((word) => word !== null)
    return ok(`Answers in ${Math.round(answeredMs)} ms${place}${what.length > 0 ? `: ${what.join(', ')}` : ''}.`)
  }
  if (status === 'slow') return warning(error?.message ?? `${name} answers late.`, error?.hint ?? null)
  if (status === 'checking') return warning(`${name} has not answered yet.`, 'Run the checks again in a moment.')
  if (!isExpected)
    return skipped(
      `There is no ${name}${place}.`,
      'Start it, or install it, to use its models. The built-in engine works without.'
    )
  return failed(error?.message ?? `${name} does not answer${place}.`, error?.hint ?? 'Check that it is running.')
}

export interface Disk {
  freeBytes: number
  /** Two folders on the same one share what is free. */
  device: number
}

export function diskFinding(disks: { models: Disk; data: Disk }, folders: { models: string; data: string }): Finding {
  const { models, data } = disks
  const words =
    models.device === data.device
      ? `${formatBytes(models.freeBytes)} free for models and data (${folders.models}).`
      : `${formatBytes(models.freeBytes)} free for models (${folders.models}), ${formatBytes(data.freeBytes)} for data (${folders.data}).`
  const leastBytes = Math.min(models.freeBytes, data.freeBytes)
  if (leastBytes < fullBytes)
    return failed(
      words,
      'Free some space: history and settings cannot be saved on a full disk. Delete models you do not use.'
    )
  if (models.freeBytes < tightBytes)
    return warning(words, 'Most models need more than that. Delete some, or set STOKER_MODELS_DIR to another disk.')
  return ok(words)
}
