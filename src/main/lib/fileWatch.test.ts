// A file that is read in the middle of being written loses what comes after; one whose change is missed stays old until a restart.
import { appendFileSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFakeClock, type FakeClock } from './fakeClock.ts'
import { createFileWatch } from './fileWatch.ts'

let directory: string
let path: string
let clock: FakeClock
let told: number
let stop: () => void

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-watch-'))
  path = join(directory, 'file')
  clock = createFakeClock()
  told = 0
})
afterEach(() => {
  stop()
  rmSync(directory, { recursive: true, force: true })
})
const watch = (watched = path): void => {
  stop = createFileWatch(clock)(watched, () => (told += 1))
}

it('tells of a change within a second, once', async () => {
  writeFileSync(path, 'a')
  watch()
  await clock.advance(2_000)
  expect(told).toBe(0)
  writeFileSync(path, 'b')
  await clock.advance(1_000)
  expect(told).toBe(1)
  await clock.advance(5_000)
  expect(told).toBe(1)
})

it('waits while the file is still being written', async () => {
  watch()
  for (let step = 0; step < 6; step += 1) {
    appendFileSync(path, 'more')
    await clock.advance(500)
    expect(told).toBe(0)
  }
  await clock.advance(500)
  expect(told).toBe(1)
})

it('tells of a file that comes, goes and is replaced', async () => {
  watch()
  for (const act of [
    () => writeFileSync(path, 'a'),
    () => rmSync(path),
    () => writeFileSync(path, 'b'),
    () => (writeFileSync(`${path}.new`, 'b'), renameSync(`${path}.new`, path))
  ]) {
    act()
    await clock.advance(1_000)
  }
  expect(told).toBe(4)
})

it('follows a link to what it points at', async () => {
  writeFileSync(path, 'a')
  symlinkSync(path, join(directory, 'link'))
  watch(join(directory, 'link'))
  appendFileSync(path, 'b')
  await clock.advance(1_000)
  expect(told).toBe(1)
})

it('ends when told to', async () => {
  watch()
  stop()
  writeFileSync(path, 'a')
  await clock.advance(5_000)
  expect(told).toBe(0)
})
