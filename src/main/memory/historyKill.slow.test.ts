/** Would catch: a database that a kill in the middle of a write has damaged, a second that was written and is gone, a half minute. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { MemoryPoint } from '../../shared/memory.ts'
import { createFakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { openDatabase } from '../storage/database.ts'
import { createMemoryHistoryStore, type MemoryHistoryStore } from '../storage/memoryHistory.ts'
import { createMemoryHistory } from './history.ts'

const start = 1_700_006_400_000
const kills = 50
const always = [0, Number.MAX_SAFE_INTEGER] as const

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-kill-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Lets the writer go on from `first` and kills it `afterMs` after its first line; answers the last number it said. */
async function writeAndKill(path: string, first: number, afterMs: number): Promise<number> {
  const script = join(import.meta.dirname, 'historyWriterProcess.ts')
  const writer = spawn(process.execPath, [script, path, String(start), String(first)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let said = ''
  let timer: NodeJS.Timeout | undefined
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    timer ??= setTimeout(() => writer.kill('SIGKILL'), afterMs)
  })
  const signal = await new Promise((resolve) => writer.once('close', (_, by) => resolve(by)))
  clearTimeout(timer)
  expect(signal).toBe('SIGKILL')
  // What stands after the last new line may be cut.
  const numbers = said
    .slice(0, said.lastIndexOf('\n') + 1)
    .trim()
    .split('\n')
    .map(Number)
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => first + index))
  return numbers.at(-1) ?? -1
}

/** Every minute up to the newest second has all its seconds. */
function expectMinutes(store: MemoryHistoryStore, newest: number): void {
  const clock = createFakeClock(start + newest * 1_000)
  const history = createMemoryHistory({ store, clock, logger: silentLogger })
  const { points } = history.query({ rangeMs: 31 * 86_400_000, maxPoints: 60_000 })
  expect(points.map(({ at }) => (at - start) / 60_000)).toEqual(
    Array.from({ length: Math.floor(newest / 60) + 1 }, (_, index) => index)
  )
  for (const { at, usedMinBytes, usedMaxBytes } of points) {
    const first = (at - start) / 1_000
    expect([usedMinBytes, usedMaxBytes]).toEqual([first, Math.min(newest, first + 59)])
  }
}

it(`${kills} kills during writes: it opens, and has every second that was said to be written`, async () => {
  const path = join(directory, 'stoker.db')
  let next = 0
  for (let kill = 0; kill < kills; kill++) {
    const last = await writeAndKill(path, next, Math.random() * 120)
    const { database, problem } = openDatabase(path)
    expect(problem).toBeNull()
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    const store = createMemoryHistoryStore({ database })

    const seconds = store.read(0, ...always)
    const numbers = seconds.map(({ point }) => point.usedBytes ?? -1)
    const newest = numbers.at(-1) ?? -1
    expect(newest).toBeGreaterThanOrEqual(last)
    const oldest = numbers[0] ?? -1
    expect(oldest).toBeLessThanOrEqual(Math.max(0, newest - 3_600))
    expect(numbers).toEqual(Array.from({ length: newest - oldest + 1 }, (_, index) => oldest + index))
    const isWrong = ({ at, usedBytes, swapUsedBytes, held }: MemoryPoint): boolean =>
      at !== start + (usedBytes ?? 0) * 1_000 ||
      swapUsedBytes !== usedBytes ||
      held['ollama/tiny'] !== (usedBytes ?? 0) * 10
    expect(seconds.filter(({ point }) => isWrong(point))).toEqual([])

    // A minute whose end came with a new start is made when someone first looks: not every time, so that some wait longer.
    if (kill % 5 === 4) expectMinutes(store, newest)
    database.close()
    next = newest + 1
  }
  expect(next).toBeGreaterThan(kills * 20)
}, 300_000)
