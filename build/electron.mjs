// Finds Electron's own binary, which npm does not bring along, and fetches it within a bound.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectNode, root, run, tail } from './command.mjs'

const folder = join(root, 'node_modules/electron')
const fetchLimitMs = 5 * 60_000
/** A fetch that failed is not tried again at every start. */
const retryAfterMs = 24 * 3_600_000
const failurePath = join(root, 'node_modules/.cache/stoker/electron-failed')

/** The executable's path, or null. */
export function findElectron() {
  try {
    const path = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim())
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}

/** @returns {Promise<string | null>} the executable's path, or null where it cannot be had */
export async function fetchElectron() {
  if (hasJustFailed()) return null
  console.log('Fetching Electron (about 120 MB, once) …')
  const { code, output } = await run(projectNode, [join(folder, 'install.js')], { timeoutMs: fetchLimitMs })
  if (code === 0) return findElectron()
  mkdirSync(join(failurePath, '..'), { recursive: true })
  writeFileSync(failurePath, tail(output))
  return null
}

function hasJustFailed() {
  const failed = statSync(failurePath, { throwIfNoEntry: false })
  return failed !== undefined && Date.now() - failed.mtimeMs < retryAfterMs
}
