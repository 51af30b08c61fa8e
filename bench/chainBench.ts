/** What a plan is worth: one batch through A, B, A on a machine that holds one of them, item by item and as Stoker runs it. */
import { totalmem } from 'node:os'
import { createForkLauncher } from '../src/main/providers/llamacpp/forkEngine.ts'
import type { GenerateOptions, ModelId } from '../src/shared/model.ts'
import { benchChain, lines } from './benchChain.ts'
import { startBenchCore, type BenchCore } from './benchCore.ts'
import type { Row } from './row.ts'

const items = 30
/** As short as a classifier's: the more an answer takes, the less its load matters. */
const answerTokens = 2
const options: GenerateOptions = { maxTokens: answerTokens, temperature: 0, seed: 1 }

interface Way {
  loads: number
  seconds: number
}

export interface ChainBench {
  items: number
  unloadAfterEach: Way
  keepWhatFits: Way
  planned: Way
  rows: Row[]
}

export async function runChainBench(engineChild: string): Promise<ChainBench> {
  const core = await startBenchCore(createForkLauncher(engineChild))
  try {
    const a = (await core.ask('models.createSample', { size: 'medium' })).model.id
    const b = (await core.ask('models.createSample', { size: 'large' })).model.id
    await holdOne(core, a, b)
    // The first reads of the files are not counted.
    for (const id of [a, b]) await core.ask('models.load', { id })
    await unloadAll(core)
    const unloadAfterEach = await timed(core, () => itemByItem(core, [a, b, a], true))
    const keepWhatFits = await timed(core, () => itemByItem(core, [a, b, a], false))
    const planned = await timed(core, () => planAndRun(core, a, b))
    return { items, unloadAfterEach, keepWhatFits, planned, rows: rowsOf(unloadAfterEach, keepWhatFits, planned) }
  } finally {
    await core.dispose()
  }
}

/** A budget that is between the larger one alone and both together. */
async function holdOne(core: BenchCore, a: ModelId, b: ModelId): Promise<void> {
  const needs = [await core.ask('models.predict', { id: a }), await core.ask('models.predict', { id: b })]
  const [smaller = 0, larger = 0] = needs.map(({ needBytes }) => needBytes ?? 0).toSorted((x, y) => x - y)
  const limitBytes = needs[0]?.sum.limitBytes ?? totalmem()
  await core.ask('settings.update', { name: 'reserveBytes', value: limitBytes - larger - Math.round(smaller / 2) })
}

async function itemByItem(core: BenchCore, steps: readonly ModelId[], unloads: boolean): Promise<void> {
  for (let item = 0; item < items; item++) {
    let text = `Item ${item}`
    for (const id of steps) {
      text = (await core.ask('models.generate', { id, prompt: text, options })).text
      if (unloads) await core.ask('models.unload', { id })
    }
  }
}

async function planAndRun(core: BenchCore, a: ModelId, b: ModelId): Promise<void> {
  const chain = benchChain('A B A', answerTokens, [
    { name: 'First', model: a, prompt: '{{input}}' },
    { name: 'Second', model: b, prompt: '{{steps.First}}' },
    { name: 'Third', model: a, prompt: '{{steps.Second}}' }
  ])
  const { run } = await core.ask('chains.run', { chain, input: lines(items) })
  if (run.status !== 'done' || run.items.done !== items) throw new Error(`the run ended as ${JSON.stringify(run)}`)
}

async function timed(core: BenchCore, work: () => Promise<void>): Promise<Way> {
  const before = await loadsSoFar(core)
  const startedAt = performance.now()
  await work()
  const seconds = (performance.now() - startedAt) / 1_000
  const loads = (await loadsSoFar(core)) - before
  await unloadAll(core)
  return { loads, seconds }
}

/** As the event log tells it: whoever counts for itself could be wrong. */
async function loadsSoFar(core: BenchCore): Promise<number> {
  const { events } = await core.ask('events.list', { limit: 1_000 })
  return events.filter(({ kind }) => kind === 'loaded').length
}

async function unloadAll(core: BenchCore): Promise<void> {
  await core.ask('models.unloadAll', { force: true, includePinned: true })
}

function rowsOf(each: Way, fits: Way, planned: Way): Row[] {
  const words = ({ loads, seconds }: Way): string => `${loads} loads, ${seconds.toFixed(1)} s`
  const times = each.seconds / planned.seconds
  return [
    {
      what: `${items} items through A, B, A where one fits, answers of ${answerTokens} tokens: unload after each step`,
      figure: words(each),
      target: 'for comparison',
      isMet: true
    },
    { what: 'The same, item by item, keeping what fits', figure: words(fits), target: 'for comparison', isMet: true },
    {
      what: 'The same as Stoker plans it',
      figure: `${words(planned)}, ${times.toFixed(1)} times faster`,
      target: '3 loads, at least 5 times faster than the first',
      isMet: planned.loads === 3 && times >= 5
    }
  ]
}
