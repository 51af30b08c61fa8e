// Builds out/ (main, preload, page) when a source has changed since it was built.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDependencies } from './bootstrap.mjs'
import { elapsed, isMain, root, runTool, tail } from './command.mjs'

const stampPath = join(root, 'out/.stamp')
const inputs = [
  'src',
  'resources',
  'electron.vite.config.ts',
  'build/unusedParts.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json'
]
const buildLimitMs = 5 * 60_000

/** @returns {Promise<boolean>} whether out/ is good; a failure has been printed */
export async function ensureBuild() {
  const fingerprint = fingerprintSources()
  if (readStamp() === fingerprint) return true
  const startedAt = Date.now()
  console.log('Building …')
  rmSync(stampPath, { force: true })
  const { code, output } = await runTool('electron-vite', ['build'], { timeoutMs: buildLimitMs })
  if (code !== 0) {
    console.error(tail(output))
    console.error('The build failed.')
    return false
  }
  mkdirSync(join(root, 'out'), { recursive: true })
  writeFileSync(stampPath, fingerprint)
  console.log(`Built in ${elapsed(startedAt)}.`)
  return true
}

/** Names, sizes and times of all sources: a file that is gone changes it too. Tests are not built. */
function fingerprintSources() {
  const hash = createHash('sha256')
  for (const path of inputs.flatMap(listFiles).sort()) {
    if (/\.test\.tsx?$/.test(path)) continue
    const { size, mtimeMs } = statSync(path)
    hash.update(`${path}\0${size}\0${mtimeMs}\0`)
  }
  return hash.digest('hex')
}

function listFiles(input) {
  const path = join(root, input)
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return []
  if (stats.isFile()) return [path]
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

function readStamp() {
  try {
    return readFileSync(stampPath, 'utf8')
  } catch {
    return null
  }
}

if (isMain(import.meta.url)) {
  await ensureDependencies()
  if (!(await ensureBuild())) process.exitCode = 1
  else console.log('The build is up to date.')
}
