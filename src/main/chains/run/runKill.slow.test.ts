/** Would catch: a step that was done and is asked again after a kill, an item that is lost or done twice, a file that does not open. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDatabase } from '../../storage/database.ts'
import { killChain, killedOutput, killItems, killRunId } from './runKillRig.ts'
import { createRunRig } from './runRig.ts'

const kills = 20
const sideBySide = 2

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-run-kill-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Lets it work until it has asked so many questions, and a random moment longer; answers what it asked, and whether it ended. */
async function work(path: string, questions: number): Promise<{ asked: string[]; hasEnded: boolean }> {
  const script = join(import.meta.dirname, 'runKillProcess.ts')
  const worker = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  let timer: NodeJS.Timeout | undefined
  worker.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.split('\n').length > questions) timer ??= setTimeout(() => worker.kill('SIGKILL'), Math.random() * 20)
  })
  await new Promise((resolve) => worker.once('close', resolve))
  clearTimeout(timer)
  const lines = said
    .slice(0, said.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
  return { asked: lines.filter((line) => !line.startsWith('ended')), hasEnded: lines.includes('ended done') }
}

it(`${kills} kills in the middle of a batch: every item is done once, and nothing that was done is asked again`, async () => {
  const path = join(directory, 'stoker.db')
  const total = killItems * killChain.steps.length
  const asked: string[] = []
  for (let kill = 0; kill < kills; kill++) {
    const { asked: now, hasEnded } = await work(path, Math.ceil(Math.random() * 20))
    expect(hasEnded).toBe(false)
    asked.push(...now)
    const { database, problem } = openDatabase(path)
    expect(problem).toBeNull()
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    const { store } = createRunRig({ database })
    const { stepRunsDone } = store.counts(killRunId)
    // What had been asked is on disk, but for what was under way.
    expect(new Set(asked).size - stepRunsDone).toBeLessThanOrEqual(sideBySide)
    database.close()
  }
  const last = await work(path, Infinity)
  expect(last.hasEnded).toBe(true)
  asked.push(...last.asked)

  const { database } = openDatabase(path)
  const rig = createRunRig({ database })
  const { run } = rig.service.get(killRunId)
  expect(run).toMatchObject({ status: 'done', items: { done: killItems, failed: 0 }, stepRunsDone: total })
  const finals = Array.from({ length: killItems }, (_, item) => rig.store.end(killRunId, item)?.finalOutput)
  expect(finals).toEqual(Array.from({ length: killItems }, (_, item) => killedOutput(item)))
  expect(new Set(asked).size).toBe(total)
  expect(asked.length - total).toBeLessThanOrEqual(kills * sideBySide)
  database.close()
}, 300_000)
