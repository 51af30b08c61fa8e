/** What became of the items and steps of runs: written in one go with the run's sums, read in pages. */
import type { DatabaseSync } from 'node:sqlite'
import {
  itemStatuses,
  stepStatuses,
  type ItemStatus,
  type StepResult,
  type StepStatus,
  type StepTexts
} from '../../shared/run.ts'
import { createRunItems } from './runItems.ts'
import type { KnownRun } from './runList.ts'
import { endFrom, stepFrom } from './runRows.ts'
import type { ItemEnd, RunStore } from './runStore.ts'

type Records = Pick<RunStore, 'record' | 'endedSteps' | 'endedItems' | 'output' | 'step' | 'end' | 'items'> & {
  forgetFailures(runId: string, items: readonly number[] | null): number
}

interface RunRecordsDeps {
  database: DatabaseSync
  run: (runId: string) => KnownRun | null
}

interface Sums {
  done: number
  stopped: number
  failed: number
  noted: number
  ended: number
  tokens: number
  answerMs: number
}

/** So many items at a time, where a whole run is gone through. */
const pageItems = 1_000
const hasEnded = (status: unknown): boolean => status !== 'waiting' && status !== 'running'

export function createRunRecords({ database, run }: RunRecordsDeps): Records {
  const statements = prepare(database)
  const items = createRunItems({ database })

  function numberOf(runId: string): number {
    const known = run(runId)
    if (known === null) throw new Error(`there is no run ${runId}`)
    return known.number
  }

  function addSums(number: number, sums: Sums): void {
    const { done, stopped, failed, noted, ended, tokens, answerMs } = sums
    if (Object.values(sums).every((sum) => sum === 0)) return
    statements.addSums.run(done, stopped, failed, noted, ended, tokens, answerMs, number)
  }

  /** The row it replaces is taken out of the sums: a step may be recorded again. */
  function writeStep(number: number, step: StepTexts, sums: Sums): void {
    const before = statements.removeStep.get(number, step.item, step.stepId)
    const replaced = before && stepFrom(before)
    if (replaced) countStep(sums, replaced, -1)
    const { modelId } = step
    statements.addStep.run(
      number,
      step.item,
      step.stepId,
      step.status,
      modelId?.hostId ?? null,
      modelId?.name ?? null,
      Number(step.isFallback),
      step.attempts,
      step.startedAt && Math.round(step.startedAt),
      step.durationMs,
      step.loadMs,
      step.promptTokens,
      step.outputTokens,
      step.firstTokenMs,
      step.tokensPerSecond,
      step.heldBytes && Math.round(step.heldBytes),
      step.letters,
      step.contextNote,
      step.error && JSON.stringify(step.error)
    )
    statements.setTexts.run(number, step.item, step.stepId, step.text, step.system, step.prompt)
    countStep(sums, step, 1)
  }

  function writeEnd(number: number, end: ItemEnd, sums: Sums): void {
    const before = statements.removeEnd.get(number, end.item)
    countItem(sums, before?.['status'], before?.['is_noted'], -1)
    if (before) statements.removeFinal.run(number, end.item)
    const isNoted = hasResult(end.status) ? statements.isNoted.get(number, end.item)?.['is_noted'] === 1 : false
    const error = end.error && JSON.stringify(end.error)
    statements.addEnd.run(number, end.item, end.status, end.reason, error, Number(isNoted))
    if (end.finalOutput !== null) statements.addFinal.run(number, end.item, end.finalOutput)
    countItem(sums, end.status, Number(isNoted), 1)
  }

  function forgetItem(number: number, item: number, sums: Sums): boolean {
    if (statements.removeFailed.get(number, item) === undefined) return false
    statements.removeFinal.run(number, item)
    countItem(sums, 'failed', 0, -1)
    for (const row of statements.removeFailedSteps.all(number, item)) {
      statements.removeTexts.run(number, item, String(row['step_id']))
      const step = stepFrom(row)
      if (step) countStep(sums, step, -1)
    }
    return true
  }

  return {
    record(runId, steps, end) {
      const [number, sums] = [numberOf(runId), noSums()]
      for (const step of steps) writeStep(number, step, sums)
      if (end) writeEnd(number, end, sums)
      addSums(number, sums)
    },
    *endedSteps(runId) {
      const known = run(runId)
      for (let item = 0; known && item < known.run.itemCount; item += pageItems) {
        for (const row of statements.stepsOf.all(known.number, item, item + pageItems)) {
          const status = stepStatuses.find((one) => one === row['status'])
          if (status === undefined || !hasEnded(status)) continue
          yield { item: Number(row['item']), stepId: String(row['step_id']), status: status satisfies StepStatus }
        }
      }
    },
    *endedItems(runId) {
      const known = run(runId)
      for (let item = 0; known && item < known.run.itemCount; item += pageItems) {
        for (const row of statements.endsOf.all(known.number, item, item + pageItems)) {
          const status = itemStatuses.find((one) => one === row['status'])
          if (status === undefined || !hasEnded(status)) continue
          yield { item: Number(row['item']), status: status satisfies ItemStatus }
        }
      }
    },
    output(runId, item, stepId) {
      const row = statements.output.get(run(runId)?.number ?? -1, item, stepId)
      return row === undefined ? null : String(row['text'])
    },
    step(runId, item, stepId) {
      const row = statements.step.get(run(runId)?.number ?? -1, item, stepId)
      const step = row === undefined ? null : stepFrom(row)
      if (!row || !step) return null
      return { ...step, prompt: textOf(row['prompt']), system: textOf(row['system']), text: textOf(row['text']) ?? '' }
    },
    end(runId, item) {
      const row = statements.end.get(run(runId)?.number ?? -1, item)
      return row === undefined ? null : endFrom(row)
    },
    items(runId, wish) {
      const known = run(runId)
      return known === null ? { items: [], total: 0 } : items(known, wish)
    },
    forgetFailures(runId, wanted) {
      const [number, sums] = [numberOf(runId), noSums()]
      const failed = wanted ?? statements.failed.all(number).map((row) => Number(row['item']))
      const forgotten = failed.filter((item) => forgetItem(number, item, sums)).length
      addSums(number, sums)
      return forgotten
    }
  }
}

function noSums(): Sums {
  return { done: 0, stopped: 0, failed: 0, noted: 0, ended: 0, tokens: 0, answerMs: 0 }
}

const hasResult = (status: unknown): status is 'done' | 'stopped' => status === 'done' || status === 'stopped'

function countItem(sums: Sums, status: unknown, isNoted: unknown, sign: 1 | -1): void {
  if (hasResult(status) || status === 'failed') sums[status] += sign
  if (isNoted === 1) sums.noted += sign
}

/** The time of an answer counts only where its tokens are known: the two are divided. Where its engine said no speed, it is all the time it took. */
function countStep(sums: Sums, step: StepResult, sign: 1 | -1): void {
  if (hasEnded(step.status)) sums.ended += sign
  const { outputTokens, tokensPerSecond, durationMs } = step
  if (outputTokens === null) return
  sums.tokens += sign * outputTokens
  const answerMs =
    tokensPerSecond === null || tokensPerSecond <= 0 ? durationMs : (outputTokens * 1_000) / tokensPerSecond
  sums.answerMs += sign * (answerMs ?? 0)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

const ofStep = 'run_number = ? AND item = ? AND step_id = ?'
const ofItem = 'run_number = ? AND item = ?'

function prepare(database: DatabaseSync) {
  return {
    addSums: database.prepare(
      `UPDATE runs SET items_done = items_done + ?, items_stopped = items_stopped + ?, items_failed = items_failed + ?,
         items_noted = items_noted + ?, steps_ended = steps_ended + ?, output_tokens = output_tokens + ?, answer_ms = max(0, answer_ms + ?) WHERE number = ?`
    ),
    removeStep: database.prepare(`DELETE FROM run_steps WHERE ${ofStep} RETURNING *`),
    addStep: database.prepare(`INSERT INTO run_steps VALUES (${Array(19).fill('?').join(', ')})`),
    setTexts: database.prepare('INSERT OR REPLACE INTO run_texts VALUES (?, ?, ?, ?, ?, ?)'),
    removeTexts: database.prepare(`DELETE FROM run_texts WHERE ${ofStep}`),
    removeEnd: database.prepare(`DELETE FROM run_items WHERE ${ofItem} RETURNING status, is_noted`),
    addEnd: database.prepare('INSERT INTO run_items VALUES (?, ?, ?, ?, ?, ?)'),
    // As stepNote says it in words.
    isNoted: database.prepare(
      `SELECT EXISTS (SELECT 1 FROM run_steps WHERE ${ofItem}
         AND (status = 'defaulted' OR (status = 'skipped' AND error IS NOT NULL)
           OR (status = 'done' AND (is_fallback = 1 OR context_note IS NOT NULL)))) AS is_noted`
    ),
    addFinal: database.prepare('INSERT INTO run_finals VALUES (?, ?, ?)'),
    removeFinal: database.prepare(`DELETE FROM run_finals WHERE ${ofItem}`),
    removeFailed: database.prepare(`DELETE FROM run_items WHERE ${ofItem} AND status = 'failed' RETURNING item`),
    removeFailedSteps: database.prepare(
      `DELETE FROM run_steps WHERE ${ofItem} AND status IN ('failed', 'skipped')
         RETURNING *`
    ),
    failed: database.prepare("SELECT item FROM run_items WHERE run_number = ? AND status = 'failed'"),
    stepsOf: database.prepare(
      'SELECT item, step_id, status FROM run_steps WHERE run_number = ? AND item >= ? AND item < ?'
    ),
    endsOf: database.prepare('SELECT item, status FROM run_items WHERE run_number = ? AND item >= ? AND item < ?'),
    output: database.prepare(
      `SELECT text FROM run_texts JOIN run_steps USING (run_number, item, step_id)
       WHERE ${ofStep} AND status IN ('done', 'defaulted')`
    ),
    step: database.prepare(`SELECT * FROM run_steps JOIN run_texts USING (run_number, item, step_id) WHERE ${ofStep}`),
    end: database.prepare(`SELECT * FROM run_items LEFT JOIN run_finals USING (run_number, item) WHERE ${ofItem}`)
  }
}
