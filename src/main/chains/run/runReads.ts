/** What pages read of a run, with what is under way: that is not on disk yet. */
import type { Output, Parsed } from '../../../shared/contract.ts'
import { StokerError } from '../../../shared/errors.ts'
import type { RunItem, StepTexts } from '../../../shared/run.ts'
import type { InputStore } from '../../storage/inputStore.ts'
import type { RunStore, StoredRun } from '../../storage/runStore.ts'
import type { ActiveRun } from './activeRun.ts'
import { newStepTexts, withoutTexts } from './stepTexts.ts'

export interface RunReads {
  items(wish: Parsed<'runs.items'>): Output<'runs.items'>
  step(wish: Parsed<'runs.step'>): StepTexts
  item(wish: Parsed<'runs.item'>): Output<'runs.item'>
}

interface RunReadsDeps {
  store: Pick<RunStore, 'items' | 'step' | 'end'>
  inputs: Pick<InputStore, 'row'>
  /** Throws where there is none. */
  require: (runId: string) => StoredRun
  active: ReadonlyMap<string, Pick<ActiveRun, 'live' | 'liveSteps'>>
}

const defaultItems = 100

export function createRunReads({ store, inputs, require, active }: RunReadsDeps): RunReads {
  return {
    items({ runId, status, search, fromItem = 0, limit = defaultItems }) {
      require(runId)
      const live = active.get(runId)?.liveSteps() ?? []
      if (status === 'running') {
        const running = [...new Set(live.map(({ item }) => item))]
          .filter((item) => item >= fromItem)
          .sort((a, b) => a - b)
        const items = running.slice(0, limit).flatMap((item) => store.items(runId, { fromItem: item, limit: 1 }).items)
        return { items: items.map((item) => withLive(item, live)), total: running.length }
      }
      const found = store.items(runId, { status, search, fromItem, limit })
      return { ...found, items: found.items.map((item) => withLive(item, live)) }
    },
    step({ runId, item, stepId }) {
      const run = require(runId)
      if (item >= run.itemCount || !run.chain.steps.some(({ id }) => id === stepId)) {
        throw new StokerError('invalid_input', 'There is no such step in this run.')
      }
      const live = active.get(runId)?.live(item, stepId)
      return live ? { ...live } : (store.step(runId, item, stepId) ?? newStepTexts(item, stepId, 'waiting'))
    },
    item({ runId, item }) {
      const run = require(runId)
      const row = inputs.row(run.inputId, item)
      if (row === null || item >= run.itemCount) {
        throw new StokerError('invalid_input', 'There is no such item in this run.')
      }
      const { name, text: input, columns } = row
      return { name, input, columns, finalOutput: store.end(runId, item)?.finalOutput ?? null }
    }
  }
}

function withLive(item: RunItem, live: readonly StepTexts[]): RunItem {
  const own = live.filter((step) => step.item === item.item)
  if (own.length === 0) return item
  const steps = item.steps.map((step) => {
    const texts = own.find(({ stepId }) => stepId === step.stepId)
    return texts ? withoutTexts(texts) : step
  })
  return { ...item, status: 'running', steps }
}
