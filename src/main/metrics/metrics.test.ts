/** Would catch: text that Prometheus cannot read, a counter that goes down, unknown told as 0, and series that grow for ever. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { HostRequests } from '../../shared/hostRequests.ts'
import type { MemorySample } from '../../shared/memory.ts'
import type { Host, Model, ModelId } from '../../shared/model.ts'
import { newActivity } from '../lib/newActivity.ts'
import { readExposition } from './expositionRig.ts'
import { createMetrics } from './metrics.ts'
import { createCounter, createHistogram } from './tally.ts'

const id = (name: string, hostId = 'ollama'): ModelId => ({ hostId, name })
const host = (hostId: string, status: Host['status'] = 'ok') => ({ id: hostId, status }) as Host
const model = (which: ModelId, state: Model['state'] = 'ready', tokensPerSecond: number | null = null) =>
  ({ id: which, state, tokensPerSecond }) as Model
const requestsOf = (hostId: string, state: HostRequests['breaker']['state'] = 'closed') =>
  ({ hostId, breaker: { state }, queue: { running: 1, limit: 2, waitingCount: 3 } }) as HostRequests
const event = (changes: Pick<NewActivityEvent, 'kind' | 'actor'> & Partial<NewActivityEvent>): NewActivityEvent =>
  newActivity({ hostId: 'ollama', modelId: id('a'), ...changes })
const answer = {
  text: '',
  promptTokens: 5,
  outputTokens: 7,
  firstTokenMs: 400,
  tokensPerSecond: 31,
  doneReason: 'stop'
}

function rig() {
  const world = { models: [model(id('a'))], hosts: [host('ollama')], requests: [requestsOf('ollama')] }
  const metrics = createMetrics({
    version: '0.1.0',
    startedAt: 1_700_000_000_000,
    models: () => world.models,
    hosts: () => world.hosts,
    requests: () => world.requests
  })
  return { world, metrics, scrape: async () => readExposition((await metrics.write()).text) }
}

describe('a scrape', () => {
  it('is what Prometheus expects: its content type, and every family with a help, a type and a unit', async () => {
    const { metrics } = rig()
    const { contentType, text } = await metrics.write()
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
    const { families } = readExposition(text)
    expect(families.length).toBeGreaterThan(25)
    for (const { name, help, type } of families) {
      expect(help).not.toBe('')
      expect(name).toMatch(/^stoker_[a-z_]+$/)
      expect(name.endsWith('_total')).toBe(type === 'COUNTER')
    }
  })

  it('is described in docs/monitoring.md, every family of it and no other', async () => {
    const docs = await readFile(join(import.meta.dirname, '../../../docs/monitoring.md'), 'utf8')
    const named = [...docs.matchAll(/`(stoker_[a-z_]+)`/g)].map(([, name]) => name)
    const families = readExposition((await rig().metrics.write()).text).families.map(({ name }) => name)
    expect([...new Set(named)].sort()).toEqual(families.sort())
  })

  it('reads the gauges at that moment', async () => {
    const { world, scrape } = rig()
    world.hosts = [host('ollama', 'down'), host('built-in', 'slow')]
    world.models = [model(id('a')), model(id('b'), 'unloaded', 3), model(id('c', 'built-in'), 'ready', 12.5)]
    world.requests = [requestsOf('ollama', 'open')]
    const read = await scrape()
    expect(read.value('stoker_host_up', { host: 'ollama' })).toBe(0)
    expect(read.value('stoker_host_up', { host: 'built-in' })).toBe(1)
    expect(read.value('stoker_models_loaded', { host: 'ollama' })).toBe(1)
    expect(read.value('stoker_models_installed', { host: 'ollama' })).toBe(2)
    expect(read.value('stoker_host_breaker_state', { host: 'ollama', state: 'open' })).toBe(1)
    expect(read.value('stoker_host_breaker_state', { host: 'ollama', state: 'closed' })).toBe(0)
    expect(read.value('stoker_queue_waiting', { host: 'ollama' })).toBe(3)
    expect(read.value('stoker_model_tokens_per_second', { host: 'built-in', model: 'c' })).toBe(12.5)
    expect(read.value('stoker_model_tokens_per_second', { model: 'b' })).toBeUndefined()
    expect(read.value('stoker_start_time_seconds')).toBe(1_700_000_000)
    expect(read.value('stoker_build_info', { version: '0.1.0' })).toBe(1)
    world.models = []
    expect((await scrape()).value('stoker_models_loaded', { host: 'ollama' })).toBe(0)
  })

  it('says what models hold by the newest sample, and nothing where nobody knows', async () => {
    const { metrics, scrape } = rig()
    expect((await scrape()).value('stoker_memory_samples_total')).toBe(0)
    expect((await scrape()).value('stoker_memory_used_bytes')).toBeUndefined()
    const sample = { usedBytes: 9e9, availableBytes: null, budgetBytes: 0 }
    const models = [
      { id: id('a'), heldBytes: 5e9 },
      { id: id('b'), heldBytes: null }
    ]
    metrics.noteSample({ ...sample, models } as MemorySample)
    metrics.noteSample({ ...sample, models: models.slice(0, 1) } as MemorySample)
    const read = await scrape()
    expect(read.value('stoker_memory_samples_total')).toBe(2)
    expect(read.value('stoker_model_held_bytes', { model: 'a' })).toBe(5e9)
    expect(read.value('stoker_model_held_bytes', { model: 'b' })).toBeUndefined()
    expect(read.value('stoker_memory_used_bytes')).toBe(9e9)
    expect(read.value('stoker_memory_available_bytes')).toBeUndefined()
    expect(read.value('stoker_memory_budget_bytes')).toBe(0)
  })
})

describe('what happened', () => {
  it('is counted by who, how it ended and why', async () => {
    const { metrics, scrape } = rig()
    metrics.noteActivity(event({ kind: 'loaded', actor: 'you', durationMs: 6_200, bytes: 5e9 }))
    metrics.noteActivity(event({ kind: 'loaded', actor: 'other_program' }))
    metrics.noteActivity(event({ kind: 'load_failed', actor: 'schedule', durationMs: 100 }))
    metrics.noteActivity(event({ kind: 'load_cancelled', actor: 'you' }))
    metrics.noteActivity(event({ kind: 'load_late', actor: 'you' }))
    metrics.noteActivity(event({ kind: 'unloaded', actor: 'limit', bytes: 3e9 }))
    metrics.noteActivity(event({ kind: 'unloaded', actor: 'you', bytes: null }))
    metrics.noteActivity(event({ kind: 'unload_failed', actor: 'you' }))
    metrics.noteActivity(event({ kind: 'engine_crashed', actor: 'stoker' }))
    metrics.noteActivity(newActivity({ kind: 'warmup_missed', actor: 'schedule' }))
    const read = await scrape()
    const of = (name: string, labels: Record<string, string>) => read.value(`stoker_${name}`, labels)
    expect(of('loads_total', { by: 'you', outcome: 'done' })).toBe(1)
    expect(of('loads_total', { by: 'other_program', outcome: 'done' })).toBe(1)
    expect(of('loads_total', { by: 'schedule', outcome: 'failed' })).toBe(1)
    expect(of('loads_total', { by: 'you', outcome: 'cancelled' })).toBe(1)
    // Only what was measured is in the histogram.
    expect(of('load_seconds_count', { host: 'ollama' })).toBe(1)
    expect(of('load_seconds_sum', { host: 'ollama' })).toBe(6.2)
    expect(['5', '10', '+Inf'].map((le) => of('load_seconds_bucket', { host: 'ollama', le }))).toEqual([0, 1, 1])
    expect(of('late_loads_total', {})).toBe(1)
    expect(of('unloads_total', { by: 'limit', outcome: 'done' })).toBe(1)
    expect(of('unloads_total', { by: 'you', outcome: 'failed' })).toBe(1)
    expect(of('evictions_total', { reason: 'limit' })).toBe(1)
    expect(of('evictions_total', { reason: 'pressure' })).toBe(0)
    expect(of('returned_bytes_total', {})).toBe(3e9)
    expect(of('engine_crashes_total', {})).toBe(1)
    expect(of('warmups_total', { outcome: 'missed' })).toBe(1)
  })

  it('calls and their errors are told by class, answers by model', async () => {
    const { metrics, scrape } = rig()
    const call = { hostId: 'ollama', route: 'generate', durationMs: 1_500, queueWaitMs: 20, error: null }
    metrics.noteCall(call)
    metrics.noteCall({ ...call, queueWaitMs: null, error: { code: 'timed_out', phase: 'first_token' } })
    metrics.noteCall({ ...call, route: 'load', error: { code: 'out_of_memory' } })
    metrics.noteAnswer({ id: id('a'), result: answer })
    metrics.noteAnswer({ id: id('a'), result: { ...answer, promptTokens: null, tokensPerSecond: null } })
    const read = await scrape()
    expect(read.value('stoker_call_seconds_count', { call: 'generate' })).toBe(2)
    expect(read.value('stoker_queue_wait_seconds_count', { host: 'ollama' })).toBe(2)
    expect(read.value('stoker_call_errors_total', { code: 'timed_out', phase: 'first_token' })).toBe(1)
    expect(read.value('stoker_call_errors_total', { call: 'load', code: 'out_of_memory' })).toBe(1)
    expect(read.value('stoker_answers_total', { host: 'ollama', model: 'a' })).toBe(2)
    expect(read.value('stoker_prompt_tokens_total', { model: 'a' })).toBe(5)
    expect(read.value('stoker_output_tokens_total', { model: 'a' })).toBe(14)
    expect(read.value('stoker_answer_tokens_per_second_count', { host: 'ollama' })).toBe(1)
    expect(read.value('stoker_first_token_seconds_count', { host: 'ollama' })).toBe(2)
  })
})

describe('the number of series has an end', () => {
  it('models that were deleted and hosts that were removed leave the text', async () => {
    const { world, metrics, scrape } = rig()
    world.models.push(model(id('b')))
    world.hosts.push(host('far'))
    for (const which of [id('a'), id('b')]) metrics.noteAnswer({ id: which, result: answer })
    metrics.noteActivity(event({ kind: 'loaded', actor: 'you', hostId: 'far', durationMs: 5 }))
    expect((await scrape()).value('stoker_answers_total', { model: 'b' })).toBe(1)
    world.models = [model(id('a'))]
    world.hosts = [host('ollama')]
    const read = await scrape()
    expect(read.value('stoker_answers_total', { model: 'b' })).toBeUndefined()
    expect(read.value('stoker_loads_total', { host: 'far' })).toBeUndefined()
    expect(read.value('stoker_answers_total', { model: 'a' })).toBe(1)
  })

  it('beyond the limit everything is one series more, and nothing is lost', () => {
    const counter = createCounter(3)
    for (let count = 0; count < 50; count++) counter.add({ host: 'h', model: `m${count}` })
    expect(counter.points()).toHaveLength(4)
    expect(counter.points().at(-1)).toEqual({ labels: { host: 'other', model: 'other' }, value: 47 })
    const histogram = createHistogram([1, 2], 1)
    for (let count = 0; count < 50; count++) histogram.add({ model: `m${count}` }, 1.5)
    expect(histogram.points()).toHaveLength(10)
  })
})

it('whatever models and hosts are called, the text is read back as it was', async () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\r'))
  await fc.assert(
    fc.asyncProperty(name, name, async (hostId, modelName) => {
      const { world, metrics, scrape } = rig()
      const which = id(modelName, hostId.replaceAll('/', '-'))
      world.hosts = [host(which.hostId)]
      world.models = [model(which)]
      metrics.noteAnswer({ id: which, result: answer })
      const read = await scrape()
      expect(read.value('stoker_answers_total', { host: which.hostId, model: which.name })).toBe(1)
    }),
    { numRuns: 200 }
  )
})

it('no number that is none, or would go down, is ever counted', () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 50 }), (amounts) => {
      const counter = createCounter()
      const histogram = createHistogram([0.1, 1, 10])
      let before = 0
      for (const amount of amounts) {
        counter.add({}, amount)
        histogram.add({}, amount)
        const value = counter.points()[0]?.value ?? 0
        expect(value).toBeGreaterThanOrEqual(before)
        before = value
      }
      const values = histogram.points().filter((point) => point.suffix === '_bucket')
      values.reduce((least, { value }) => {
        expect(value).toBeGreaterThanOrEqual(least)
        return value
      }, 0)
      const count = histogram.points().find((point) => point.suffix === '_count')?.value ?? 0
      expect(count).toBe(amounts.filter((amount) => Number.isFinite(amount) && amount >= 0).length)
      expect(values.at(-1)?.value ?? 0).toBe(count)
    })
  )
})
