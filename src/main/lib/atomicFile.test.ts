// Files that people own, too, must stay theirs: a mode that lets a group read, or a link into their dotfiles, is not ours to undo.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rewriteFile, writeFileAtomically } from './atomicFile.ts'

let directory: string
let path: string
const modeOf = (file: string): string => (statSync(file).mode & 0o7777).toString(8)

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-atomic-'))
  path = join(directory, 'file')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('a file that people own, too', () => {
  it('is its owner’s only where it is new, in a folder that may be new', async () => {
    path = join(directory, 'new', 'file')
    await rewriteFile(path, 'text')
    expect([modeOf(path), readFileSync(path, 'utf8')]).toEqual(['600', 'text'])
  })

  it.skipIf(process.platform === 'win32')('keeps its mode, whatever the umask says', async () => {
    writeFileSync(path, 'old')
    for (const mode of [0o644, 0o660, 0o600, 0o666]) {
      chmodSync(path, mode)
      await rewriteFile(path, mode.toString(8))
      expect([modeOf(path), readFileSync(path, 'utf8')]).toEqual([mode.toString(8), mode.toString(8)])
    }
  })

  it('that is a link goes on being one: what it points at is written, and nothing is left beside either', async () => {
    mkdirSync(join(directory, 'dotfiles'))
    const target = join(directory, 'dotfiles', 'real')
    writeFileSync(target, 'old')
    chmodSync(target, 0o644)
    symlinkSync(join('dotfiles', 'real'), join(directory, 'middle'))
    symlinkSync('middle', path)
    await rewriteFile(path, 'new')
    expect([readlinkSync(path), readFileSync(target, 'utf8'), modeOf(target)]).toEqual(['middle', 'new', '644'])
    expect(readdirSync(directory).toSorted()).toEqual(['dotfiles', 'file', 'middle'])
    expect(readdirSync(join(directory, 'dotfiles'))).toEqual(['real'])
  })

  it('that is a link to nothing yet makes what it points at', async () => {
    mkdirSync(join(directory, 'dotfiles'))
    symlinkSync(join('dotfiles', 'real'), path)
    await rewriteFile(path, 'new')
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(directory, 'dotfiles', 'real'), 'utf8')).toBe('new')
    expect(modeOf(path)).toBe('600')
  })

  it('that is a link to nothing yet, in a folder that is a link, is looked for beside the folder itself', async () => {
    mkdirSync(join(directory, 'disk', 'data'), { recursive: true })
    symlinkSync(join('disk', 'data'), join(directory, 'data'))
    symlinkSync(join('..', 'real'), join(directory, 'data', 'file'))
    await rewriteFile(join(directory, 'data', 'file'), 'new')
    expect(readFileSync(join(directory, 'data', 'file'), 'utf8')).toBe('new')
    expect(readdirSync(directory).toSorted()).toEqual(['data', 'disk'])
  })

  it('that is a link into a folder that is not there, or to itself, is refused and stays', async () => {
    for (const target of ['gone/real', 'file']) {
      symlinkSync(target, path)
      await expect(rewriteFile(path, 'new')).rejects.toMatchObject({ code: 'storage_failed' })
      expect(readlinkSync(path)).toBe(target)
      expect(readdirSync(directory)).toEqual(['file'])
      rmSync(path)
    }
  })
})

describe('a file of Stoker’s own', () => {
  it('is its owner’s only, whatever was there: a token must not go where a link leads, or be read by others', async () => {
    const target = join(directory, 'target')
    writeFileSync(target, 'theirs')
    symlinkSync(target, path)
    await writeFileAtomically(path, 'token')
    expect([lstatSync(path).isFile(), modeOf(path), readFileSync(target, 'utf8')]).toEqual([true, '600', 'theirs'])
    chmodSync(path, 0o644)
    await writeFileAtomically(path, 'token')
    expect(modeOf(path)).toBe('600')
  })
})
