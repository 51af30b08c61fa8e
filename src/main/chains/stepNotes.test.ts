/** Would catch: half an answer that passes for a whole one, minutes of summarising that nobody counts or sees, the same summaries paid twice. */
import { describe, expect, it } from 'vitest'
import type { Step } from '../../shared/chain.ts'
import { testChain, testStep } from '../../shared/chainRig.ts'
import { StokerError } from '../../shared/errors.ts'
import { idOf } from './run/fakeModels.ts'
import { createRunRig, script, type RunRig } from './run/runRig.ts'

const onA = { model: idOf('a') }
const boom = (): never => {
  throw new StokerError('server_failed', 'It broke.')
}

it('an answer that reached its token limit is a result, and says so', async () => {
  const rig = createRunRig()
  rig.models.doneReason = 'length'
  const run = await rig.begin(testChain([testStep('One', '{{input}}', onA)]), 2)
  expect(run).toMatchObject({ items: { done: 2 }, notedItems: 2 })
  expect(rig.store.step(run.id, 0, 'id-One')?.contextNote).toBe('answer cut at its limit of 3 tokens')
})

it('the wait for a place at the host is no part of the time an answer took', async () => {
  const rig = createRunRig()
  const left: (number | null)[] = []
  rig.models.answer = async (_, { onTurn }) => {
    left.push(rig.service.list({})[0]?.remainingMs ?? null)
    await rig.clock.advance(1_000_000)
    onTurn?.()
    return 'late'
  }
  const run = await rig.begin(testChain([testStep('One', '{{input}}', onA)]), 2)
  expect(rig.store.step(run.id, 0, 'id-One')?.durationMs).toBeLessThan(1_000_000)
  // But whoever asks when the run will end wants it counted.
  expect(left[1]).toBeGreaterThan(900_000)
  // As the engine counts it: 3 tokens at 10 a second.
  expect(run.tokensPerSecond).toBe(10)
})

describe('a default text', () => {
  const withDefault = (more: Partial<Step>): Step =>
    testStep('One', '{{input}}', {
      ...onA,
      onError: { retries: 0, fallbackModel: null, then: 'default', defaultText: 'NONE' },
      ...more
    })
  const after = testStep('Two', 'y {{steps.One}}', onA)

  it('is noted, and ends its item where a stop condition holds for it', async () => {
    const rig = createRunRig()
    rig.models.answer = (_, { prompt }) => (prompt === 'item 2' ? boom() : prompt)
    const stop = { kind: 'contains', text: 'NONE', ignoreCase: false, reason: 'no answer', finalOutput: null } as const
    const run = await rig.begin(testChain([withDefault({ stopConditions: [stop] }), after]), 2)
    expect(run).toMatchObject({ items: { done: 1, stopped: 1 }, notedItems: 1 })
    expect(rig.store.end(run.id, 1)).toMatchObject({ status: 'stopped', reason: 'no answer', finalOutput: 'NONE' })
    expect(rig.store.step(run.id, 1, 'id-Two')?.status).toBe('skipped')
  })

  it('counts as a step that has ended', async () => {
    const rig = createRunRig()
    rig.models.answer = boom
    const stop = { kind: 'step_number', number: 1, reason: '', finalOutput: null } as const
    const run = await rig.begin(testChain([withDefault({ stopConditions: [stop] }), after]), 1)
    expect(rig.store.end(run.id, 0)).toMatchObject({ status: 'stopped', reason: '1 step has ended' })
  })

  it('stands for an answer that a condition could not be tried on', async () => {
    const rig = createRunRig()
    rig.models.answer = () => `${'a'.repeat(40)}!`
    const stop = { kind: 'matches', pattern: '^(a+)+$', ignoreCase: false, reason: '', finalOutput: null } as const
    const run = await rig.begin(testChain([withDefault({ stopConditions: [stop] }), after]), 1)
    expect(rig.store.step(run.id, 0, 'id-One')).toMatchObject({ status: 'defaulted', text: 'NONE' })
    expect(run).toMatchObject({ items: { done: 1 }, notedItems: 1 })
  })
})

describe('a prompt that is summarised', () => {
  const isPart = (prompt: string): boolean => prompt.startsWith('Summarise the following')
  const chain = testChain([
    testStep('One', `${'word '.repeat(40)}{{input}}`, {
      ...onA,
      contextPolicy: 'summarise',
      contextLength: 400,
      options: { maxTokens: 100 },
      onError: { retries: 1, fallbackModel: null, then: 'stop', defaultText: '' }
    })
  ])
  const partsOf = (rig: RunRig): number => rig.models.calls.filter((call) => isPart(call.replace('ask a: ', ''))).length
  const long = Array.from({ length: 900 }, (_, index) => `word${index}`).join(' ')
  async function run(rig: RunRig) {
    const inputId = 'input-long-0001'
    rig.inputs.append(inputId, 'text', [{ name: 'text', text: long, columns: null }], [])
    return rig.until(rig.service.begin({ chain, inputId }, script))
  }

  it('takes the time of its parts, and says which one is under way', async () => {
    const rig = createRunRig()
    const said: (string | null)[] = []
    rig.models.answer = (_, { prompt }) => {
      const [item] = rig.service.items({ runId: rig.service.list({})[0]?.id ?? '' }).items
      said.push(item?.steps[0]?.contextNote ?? null)
      return isPart(prompt) ? 'short' : 'answer'
    }
    const { id } = await run(rig)
    const parts = partsOf(rig)
    expect(parts).toBeGreaterThan(2)
    expect(said.slice(0, -1)).toEqual(
      Array.from({ length: parts }, (_, at) => `summarising part ${at + 1} of ${parts}`)
    )
    const step = rig.store.step(id, 0, 'id-One')
    expect(step?.contextNote).toMatch(/tokens summarised to .* in \d+ parts/)
    // The clock moves by 10 ms for each answer.
    expect(step?.durationMs).toBeGreaterThanOrEqual(10 * (parts + 1))
  })

  it('that cannot be summarised after all is not said to be under way for ever', async () => {
    const rig = createRunRig()
    rig.models.answer = boom
    const { id, items } = await run(rig)
    expect(items).toMatchObject({ failed: 1 })
    expect(rig.store.step(id, 0, 'id-One')).toMatchObject({ status: 'failed', contextNote: null })
  })

  it('is summarised once for all tries', async () => {
    const rig = createRunRig()
    let failures = 1
    rig.models.answer = (_, { prompt }) => {
      if (isPart(prompt)) return 'short'
      return failures-- > 0 ? boom() : 'answer'
    }
    const { id } = await run(rig)
    const prompts = rig.models.calls.filter(
      (call) => call.startsWith('ask a: ') && !isPart(call.replace('ask a: ', ''))
    )
    expect(prompts).toHaveLength(2)
    expect(new Set(prompts).size).toBe(1)
    const asked = rig.models.calls.filter((call) => isPart(call.replace('ask a: ', '')))
    expect(new Set(asked).size).toBe(asked.length)
    const step = rig.store.step(id, 0, 'id-One')
    expect(step).toMatchObject({ status: 'done', attempts: 2 })
    expect(step?.durationMs).toBeGreaterThanOrEqual(10 * asked.length)
  })
})
