/** `npm run bench`: every promised speed, measured on this machine, as a table and as JSON (`--json FILE`). */
import { writeFileSync } from 'node:fs'
import { cpus, totalmem, type } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runChainBench } from './chainBench.ts'
import { runFitBench } from './fitBench.ts'
import { runHistoryBench } from './historyBench.ts'
import { runLoadBench } from './loadBench.ts'
import { runNeedBench } from './needBench.ts'
import { needRows, needTable } from './needRows.ts'
import { runPageBench } from './pageBench.ts'
import { runPlannerBench } from './plannerBench.ts'
import { predictionTable, runPredictionBench } from './predictionBench.ts'
import { runPipelineBench } from './pipelineBench.ts'
import type { Row } from './row.ts'
import { runRunnerBench } from './runnerBench.ts'
import { runSamplerBench } from './samplerBench.ts'
import { runScheduleBench } from './scheduleBench.ts'
import { runWarmthBench } from './warmthBench.ts'

const { values } = parseArgs({ options: { json: { type: 'string' } } })
const one = (value: number): string => value.toFixed(value < 10 ? 2 : 0)
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

// First: pure computing, and the others leave a heap behind.
const schedule = runScheduleBench()
const planner = runPlannerBench()
const sampler = await runSamplerBench()
const history = runHistoryBench()
const engineChild = resolve(import.meta.dirname, '../out/main/engineChild.js')
const loads = await runLoadBench(engineChild)
const needs = await runNeedBench(engineChild)
const predictions = await runPredictionBench(engineChild)
const pipeline = await runPipelineBench()
const warmth = await runWarmthBench(engineChild)
const runner = await runRunnerBench(engineChild)
const chain = await runChainBench(engineChild)
const page = await runPageBench()

function overhead(what: string, overheadMs: number, aloneMs: number): Row {
  const share = (overheadMs / aloneMs) * 100
  return {
    what,
    figure: `${one(overheadMs)} ms (${one(share)} %) on ${one(aloneMs)} ms`,
    target: 'under 5 % or 30 ms',
    isMet: share < 5 || overheadMs < 30
  }
}

const rows: Row[] = [
  {
    what: 'Memory sample, CPU time',
    figure: `${sampler.cpuMsPerSample.toFixed(3)} ms, ${sampler.percentOfCore.toFixed(3)} % of a core at 1 Hz`,
    target: 'under 0.3 % of a core',
    isMet: sampler.percentOfCore < 0.3
  },
  {
    what: 'The same beside systeminformation mem() + processes()',
    figure: `${one(sampler.timesCheaper)} times cheaper (theirs ${one(sampler.systeminformation.cpuMsPerSample)} ms)`,
    target: 'at least 10 times',
    isMet: sampler.timesCheaper >= 10
  },
  ...history,
  ...needRows(needs),
  ...runFitBench(),
  ...pipeline,
  ...schedule.rows,
  ...planner.rows,
  ...warmth.rows,
  ...runner.rows,
  ...chain.rows,
  overhead('Load through the core, over the engine alone', loads.loadOverheadMs, loads.engineLoadMs.median),
  overhead('Unload through the core, over the engine alone', loads.unloadOverheadMs, loads.engineUnloadMs.median),
  {
    what: 'Change of state to the changed word on the page',
    figure: `${one(page.stateToTextMs.median)} ms (at most ${one(page.stateToTextMs.max)})`,
    target: 'under 150 ms',
    isMet: page.stateToTextMs.median < 150
  },
  {
    what: 'Headless start to a usable page, warm',
    figure: `${one(page.usablePageMs.median)} ms (address printed after ${one(page.serverReadyMs.median)} ms)`,
    target: 'under 1500 ms',
    isMet: page.usablePageMs.median < 1_500
  },
  {
    what: 'JavaScript of the page, gzipped',
    figure: `${one(page.rendererGzipBytes / 1000)} kB`,
    target: 'under 500 kB',
    isMet: page.rendererGzipBytes < 500_000
  },
  {
    what: 'Main process, idle',
    figure: page.idleResidentBytes === null ? 'unknown' : `${megabytes(page.idleResidentBytes)} resident`,
    target: 'under 120 MB',
    isMet: (page.idleResidentBytes ?? Infinity) < 120e6
  },
  ...page.drags.map((frames) => ({
    what: `5 s of a drag: ${frames.screen}`,
    figure: `${one(frames.framesPerSecond)} frames a second, longest ${one(frames.longestFrameMs)} ms`,
    target: 'above 50 frames a second',
    isMet: frames.framesPerSecond > 50
  })),
  ...page.frames.map((frames) => ({
    what: `10 s of frames: ${frames.screen}`,
    figure: `longest ${one(frames.longestFrameMs)} ms of ${frames.frames} frames`,
    target: 'none over 50 ms',
    isMet: frames.framesOver50Ms === 0
  }))
]

const machine = `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()}, Node ${process.version}`
console.log(`\nOn: ${machine}\n\n| | figure | target | met |\n|---|---|---|---|`)
for (const row of rows) console.log(`| ${row.what} | ${row.figure} | ${row.target} | ${row.isMet ? 'yes' : '**no**'} |`)
console.log(`\n${needTable(needs)}\n\n${predictionTable(predictions)}`)
if (values.json)
  writeFileSync(
    values.json,
    `${JSON.stringify({ machine, rows, sampler, loads, needs, predictions, schedule, planner, warmth, runner, chain, page }, null, 2)}\n`
  )
