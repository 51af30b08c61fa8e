/** Each limit alone: a provider that stalls exactly there, every other limit far away, and the one that fires names itself. */
import { describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import type { TimeLimit } from '../../shared/model.ts'
import { loadedModel } from '../providers/fakeProvider.ts'
import { createPipelineRig, never, type PipelineRig } from './pipelineRig.ts'
import { nothingMeasured } from './timeLimits.ts'

const minute = 60_000
const failure = async (work: Promise<unknown> | undefined): Promise<StokerError> => {
  try {
    await work
  } catch (error) {
    return error as StokerError
  }
  throw new Error('it should have failed')
}
const say = (rig: PipelineRig, text: string, at = 0): void => rig.fake.answers[at]?.request.onText(text)

describe('the first token', () => {
  it('that does not come ends the answer at its limit, by its name, and the provider is told to stop', async () => {
    const rig = createPipelineRig()
    const asked = rig.ask()
    await rig.clock.advance(59_999)
    expect(asked.ending).toBeNull()
    await rig.clock.advance(1)
    expect(asked.ending).toBe('timed_out first_token')
    expect(asked.error?.message).toBe('m gave no first token within 1 min.')
    expect(rig.fake.answers).toEqual([])
    expect(rig.pipeline.state().queue.running).toBe(0)
  })

  it('may take as long as the setting says, to the tenth of a second in words', async () => {
    const rig = createPipelineRig({ settings: { firstTokenTimeoutMs: 1_500 } })
    rig.measured = { ...nothingMeasured, sizeBytes: 50e6 }
    const asked = rig.ask()
    await rig.clock.advance(1_500)
    expect(asked.error?.message).toBe('m gave no first token within 1.5 s.')
  })

  it('may take minutes of a model of 40 GB, and of a long prompt that is read slowly here', async () => {
    const rig = createPipelineRig()
    rig.measured = { ...nothingMeasured, sizeBytes: 40 * 2 ** 30 }
    const large = rig.ask()
    await rig.clock.advance(5 * minute - 1)
    expect(large.ending).toBeNull()
    await rig.clock.advance(1)
    expect(large.ending).toBe('timed_out first_token')
    rig.measured = { ...nothingMeasured, promptTokensPerSecond: 10 }
    const long = rig.ask('m', { prompt: 'x'.repeat(4_000) })
    await rig.clock.advance(5 * minute - 1)
    expect(long.ending).toBeNull()
    await rig.clock.advance(1)
    expect(long.ending).toBe('timed_out first_token')
  })

  it('is waited for anew while the model is seen answering somebody else: a server with one slot makes the second wait', async () => {
    const rig = createPipelineRig()
    const first = rig.ask()
    const second = rig.ask()
    for (let count = 0; count < 10; count++) {
      await rig.clock.advance(50_000)
      say(rig, 'a')
    }
    expect(second.ending).toBeNull()
    rig.fake.answers[0]?.finish()
    await rig.clock.advance(59_999)
    expect([first.ending, second.ending]).toEqual(['done', null])
    await rig.clock.advance(1)
    expect(second.ending).toBe('timed_out first_token')
  })

  it('of a model that is not in memory does not end its load, which the server does by itself: it may take as long as a load', async () => {
    const rig = createPipelineRig()
    rig.fake.loaded.delete('m')
    const asked = rig.ask()
    await rig.clock.advance(4 * minute)
    expect(asked.ending).toBeNull()
    // It is there: from now on the first token is late.
    rig.fake.loaded.set('m', loadedModel('m'))
    await rig.clock.advance(minute)
    expect(asked.ending).toBe('timed_out first_token')
  })

  it('of a model that its server lists while it loads does not end the load either, and has its whole limit after that of loads', async () => {
    const rig = createPipelineRig()
    rig.fake.isLoading = async () => true
    const asked = rig.ask()
    await rig.clock.advance(6 * minute - 1)
    expect(asked.ending).toBeNull()
    await rig.clock.advance(1)
    expect(asked.ending).toBe('timed_out first_token')
  })

  it('of a model that never comes into memory, not even within the limit of loads and its own, ends all the same', async () => {
    const rig = createPipelineRig()
    rig.fake.loaded.delete('m')
    const asked = rig.ask()
    await rig.clock.advance(6 * minute)
    expect(asked.ending).toBe('timed_out first_token')
  })

  it('is not waited for longer where the server does not tell what it holds, nor because of what comes meanwhile', async () => {
    const rig = createPipelineRig()
    rig.fake.isLoading = () => new Promise(() => {})
    const asked = rig.ask()
    await rig.clock.advance(minute + 1_000)
    expect(asked.ending).toBe('timed_out first_token')
    const answered = rig.ask()
    await rig.clock.advance(minute)
    rig.fake.answers[0]?.request.onText('a')
    await rig.clock.advance(2_000)
    expect([answered.ending, answered.texts]).toEqual([null, ['a']])
  })

  it('is not waited for anew because of another model', async () => {
    const rig = createPipelineRig()
    rig.ask('n')
    const asked = rig.ask('m')
    await rig.clock.advance(50_000)
    say(rig, 'a')
    await rig.clock.advance(10_000)
    expect(asked.ending).toBe('timed_out first_token')
  })

  it('is waited for anew while the model thinks, and its thinking is not passed on', async () => {
    const rig = createPipelineRig()
    const asked = rig.ask()
    for (let count = 0; count < 5; count++) {
      await rig.clock.advance(50_000)
      say(rig, '')
    }
    expect([asked.ending, asked.texts]).toEqual([null, []])
    await rig.clock.advance(60_000)
    expect(asked.ending).toBe('timed_out first_token')
  })
})

describe('the next token', () => {
  it('that does not come ends the answer by its name, long before and after the other limits', async () => {
    const rig = createPipelineRig({ settings: { tokenGapTimeoutMs: 5_000 } })
    const asked = rig.ask()
    await rig.clock.advance(55_000)
    say(rig, 'Once')
    await rig.clock.advance(4_999)
    say(rig, ' upon')
    await rig.clock.advance(4_999)
    expect(asked.ending).toBeNull()
    await rig.clock.advance(1)
    expect(asked.ending).toBe('timed_out token_gap')
    expect(asked.error?.message).toBe('m fell silent in the middle of its answer for 5 s.')
    expect(asked.texts).toEqual(['Once', ' upon'])
    say(rig, ' a time')
    expect(asked.texts).toHaveLength(2)
  })
})

describe('the whole answer', () => {
  it('that goes on and on ends at its limit, by its name', async () => {
    const rig = createPipelineRig()
    const asked = rig.ask()
    for (let count = 0; count < 59; count++) {
      await rig.clock.advance(30_000)
      say(rig, 'and ')
    }
    expect(asked.ending).toBeNull()
    await rig.clock.advance(30_000)
    expect(asked.ending).toBe('timed_out total')
    expect(asked.error?.message).toBe('m was not done with its answer within 30 min.')
  })

  it('does not count the wait for its turn', async () => {
    const rig = createPipelineRig({
      settings: { requestTimeoutMs: 30_000, minConcurrency: 1, maxConcurrency: 1 }
    })
    rig.ask()
    const second = rig.ask()
    await rig.clock.advance(20_000)
    rig.fake.answers[0]?.finish()
    await rig.clock.advance(29_999)
    expect(second.ending).toBeNull()
    await rig.clock.advance(1)
    expect(second.ending).toBe('timed_out total')
  })
})

describe('the turn', () => {
  it('that does not come ends the wait by its name, and leaves the answer before it alone', async () => {
    const rig = createPipelineRig({
      settings: { minConcurrency: 1, maxConcurrency: 1, firstTokenTimeoutMs: 600_000 }
    })
    const first = rig.ask()
    const second = rig.ask()
    await rig.clock.advance(119_999)
    expect(second.ending).toBeNull()
    await rig.clock.advance(1)
    expect(second.ending).toBe('timed_out queue')
    expect(second.error?.message).toBe('The turn of m did not come within 2 min.')
    expect(first.ending).toBeNull()
    expect(rig.pipeline.state().queue).toMatchObject({ running: 1, waitingCount: 0 })
  })
})

describe('a load', () => {
  it('of ten minutes is not cut off: it is said to be late once, and ends well', async () => {
    const rig = createPipelineRig()
    const late: TimeLimit[] = []
    const loading = rig.provider.load('m', { keepAliveSeconds: 60, onLate: (limit) => late.push(limit) }, never)
    await rig.clock.advance(299_999)
    expect(late).toEqual([])
    await rig.clock.advance(10 * minute)
    expect(late).toEqual([{ phase: 'load', settingMs: 300_000, limitMs: 300_000, reason: null }])
    rig.fake.loads[0]?.finish()
    expect((await loading).name).toBe('m')
  })

  it('that is late can be cancelled, and is not tried again then', async () => {
    const rig = createPipelineRig()
    const controller = new AbortController()
    const ended = failure(rig.provider.load('m', { keepAliveSeconds: 60 }, controller.signal))
    await rig.clock.advance(10 * minute)
    controller.abort()
    expect((await ended).code).toBe('aborted')
    await rig.clock.advance(minute)
    expect(rig.fake.calls).toEqual(['load m'])
  })

  it('that is done in time is never said to be late', async () => {
    const rig = createPipelineRig()
    let late = 0
    const loading = rig.provider.load('m', { keepAliveSeconds: 60, onLate: () => void late++ }, never)
    rig.fake.loads[0]?.finish()
    await rig.clock.advance(0)
    rig.fake.loads[0]?.finish()
    await loading
    await rig.clock.advance(10 * minute)
    expect(late).toBe(0)
  })
})

describe('a download', () => {
  it('of twenty-five minutes that moves now and then is not cut off', async () => {
    const rig = createPipelineRig({ settings: { downloadTimeoutMs: 5 * minute } })
    const pulled = rig.provider.pull?.('m', () => {}, never)
    for (let count = 1; count <= 6; count++) {
      await rig.clock.advance(4 * minute)
      rig.pulls[0]?.progress({ completedBytes: count })
    }
    rig.pulls[0]?.finish()
    await expect(pulled).resolves.toBeUndefined()
  })

  it('that stands still ends at its limit by its name, though the server goes on telling so, for each layer in turn', async () => {
    const rig = createPipelineRig({ settings: { downloadTimeoutMs: 5 * minute } })
    const ended = failure(rig.provider.pull?.('m', () => {}, never))
    for (let count = 0; count < 5 * 60; count++) {
      for (const status of ['pulling a', 'pulling b']) rig.pulls[0]?.progress({ status, completedBytes: 50 })
      await rig.clock.advance(1_000)
    }
    const error = await ended
    expect([error.code, error.phase]).toEqual(['timed_out', 'download'])
    expect(error.message).toBe('The download of m has not moved for 5 min.')
  })

  it('does not stand still in the pause before another attempt', async () => {
    const rig = createPipelineRig({ settings: { downloadTimeoutMs: 1_000, localRetryFirstDelayMs: 8_000 } })
    const pulled = rig.provider.pull?.('m', () => {}, never)
    await rig.clock.advance(0)
    rig.pulls[0]?.fail(new StokerError('server_busy', 'Busy.'))
    await rig.clock.advance(8_000)
    rig.pulls[1]?.finish()
    await expect(pulled).resolves.toBeUndefined()
  })

  it('has no other limit: neither that of answers nor that of lists', async () => {
    const tiny = { apiTimeoutMs: 100, firstTokenTimeoutMs: 100, tokenGapTimeoutMs: 100, requestTimeoutMs: 100 }
    const rig = createPipelineRig({
      settings: { ...tiny, queueTimeoutMs: 100, connectTimeoutMs: 100, loadTimeoutMs: 100 }
    })
    const pulled = rig.provider.pull?.('m', () => {}, never)
    await rig.clock.advance(19 * minute)
    rig.pulls[0]?.finish()
    await expect(pulled).resolves.toBeUndefined()
  })
})

describe('lists and details', () => {
  it('have the limit of the provider only: nothing here ends them', async () => {
    const rig = createPipelineRig()
    let finish = (): void => {}
    rig.fake.inspect = () => new Promise((resolve) => (finish = () => resolve({} as never)))
    const inspected = rig.provider.inspect('m', never)
    await rig.clock.advance(60 * minute)
    finish()
    await expect(inspected).resolves.toEqual({})
  })
})
