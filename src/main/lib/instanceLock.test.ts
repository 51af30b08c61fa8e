// A second Stoker on one folder would corrupt its files; a lock left behind by a killed one would shut its owner out.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeInstanceLock } from './instanceLock.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoker-lock-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** A process that tries to take the lock, says how it went, and stays. */
async function startHolder(): Promise<{ child: ChildProcess; state: string }> {
  const source = `
    import { takeInstanceLock } from ${JSON.stringify(new URL('./instanceLock.ts', import.meta.url).href)}
    globalThis.lock = takeInstanceLock(${JSON.stringify(directory)})
    process.stdout.write(globalThis.lock.state)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [state] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, state: String(state) }
}
async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

test('two in one process, and again after a release', () => {
  const first = takeInstanceLock(directory)
  expect(takeInstanceLock(directory)).toEqual({ state: 'taken' })
  if (first.state === 'held') first.release()
  expect(takeInstanceLock(directory).state).toBe('held')
})

test('another process holds it while it lives, and a killed one leaves nothing behind', async () => {
  const { child, state } = await startHolder()
  try {
    expect(state).toBe('held')
    expect(takeInstanceLock(directory)).toEqual({ state: 'taken' })
  } finally {
    await end(child)
  }
  expect(takeInstanceLock(directory).state).toBe('held')
})

test('of several that start at once exactly one gets it', async () => {
  const holders = await Promise.all(Array.from({ length: 4 }, startHolder))
  try {
    expect(holders.map(({ state }) => state).toSorted()).toEqual(['held', 'taken', 'taken', 'taken'])
  } finally {
    await Promise.all(holders.map(({ child }) => end(child)))
  }
})

test('a folder that is missing is made; one that cannot be is no reason to stop', async () => {
  expect(takeInstanceLock(join(directory, 'new/folder')).state).toBe('held')
  if (process.platform !== 'win32') expect((await stat(join(directory, 'new/folder'))).mode & 0o077).toBe(0)
  await writeFile(join(directory, 'file'), '')
  expect(takeInstanceLock(join(directory, 'file/folder'))).toMatchObject({
    state: 'unavailable',
    reason: expect.stringContaining('ENOTDIR')
  })
})
