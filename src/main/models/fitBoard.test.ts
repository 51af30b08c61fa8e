import { beforeEach, describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import type { Prediction, Relief } from '../../shared/fit.ts'
import type { MemorySample } from '../../shared/memory.ts'
import type { Model, ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Need } from '../../shared/need.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createFitBoard, type FitBoard } from './fitBoard.ts'
import { needOf, residentOf, sampleOf } from './fitRig.ts'
import type { Resident } from './resident.ts'

const gigabyte = 1e9
const { signal } = new AbortController()

let clock: FakeClock
let board: FitBoard
let models: Model[]
let residents: Resident[]
let relief: Relief | null
let told: { fits: Prediction[]; relief: Relief | null }[]
/** Gigabytes of weights; a context takes one more for every 8,192 tokens. */
let weights: Map<string, number>
let asked: string[]
let fresh: MemorySample | null
let maxLoadedModels: number
let engines: Map<string, string>

const id = (name: string, hostId = 'h'): ModelId => ({ hostId, name })
const model = (name: string, change: Partial<Model> = {}): Model =>
  ({ id: id(name), state: 'unloaded', contextLength: null, maxContextLength: 65_536, ...change }) as Model

function needNow({ name }: ModelId, contextLength = 8_192): Need | null {
  const gigabytes = weights.get(name)
  if (gigabytes === undefined) return null
  return needOf({ weightsBytes: gigabytes * gigabyte, bytesPerToken: gigabyte / 8_192 }, contextLength)
}

function sample(change: Partial<MemorySample> = {}): MemorySample {
  const made = sampleOf({ totalBytes: 16e9, otherBytes: 3e9, limitBytes: 12e9, reserveBytes: 2e9 })
  return { ...made, sampledAt: clock.now(), ...change }
}

beforeEach(() => {
  clock = createFakeClock()
  models = [model('a'), model('b'), model('far', { id: id('far', 'elsewhere') }), model('gone', { state: 'absent' })]
  residents = []
  relief = null
  told = []
  asked = []
  weights = new Map([
    ['a', 3],
    ['b', 8],
    ['far', 1]
  ])
  fresh = null
  maxLoadedModels = 8
  engines = new Map()
  board = createFitBoard({
    models: () => models,
    model(wanted) {
      const found = models.find((one) => modelKey(one.id) === modelKey(wanted))
      if (!found) throw new StokerError('model_not_found', 'none')
      return found
    },
    residents: () => residents,
    needs: {
      now: needNow,
      async predict(wanted, contextLength) {
        asked.push(`${wanted.name} ${contextLength}`)
        return needNow(wanted, contextLength)
      },
      engineOf: (wanted) => engines.get(wanted.name) ?? modelKey(wanted),
      contextLengths: () => ({ defaultLength: 8_192, maxLength: 65_536 })
    },
    isLocal: (hostId) => hostId === 'h',
    usesCards: () => true,
    maxLoadedModels: () => maxLoadedModels,
    memory: async () => fresh,
    relief: () => relief,
    onChanged: (fits, now) => told.push({ fits, relief: now }),
    clock,
    logger: silentLogger
  })
})

const words = (fits: Prediction[] | undefined): string[] | undefined =>
  fits?.map((fit) => `${fit.id.name} ${fit.verdict}`)

describe('the list', () => {
  it('holds every model of this machine, and none of another or of none', () => {
    board.sampled(sample())
    expect(words(board.list())).toEqual(['a fits', 'b fits'])
    expect(board.list()[0]).toMatchObject({
      contextLength: 8_192,
      needBytes: 4e9,
      source: 'engine',
      sum: { roomBytes: 10e9 }
    })
  })

  it('says what is known before the first sample: the need, but no verdict', async () => {
    board.changed()
    await clock.advance(50)
    expect(words(board.list())).toEqual(['a unknown', 'b unknown'])
    expect(board.list()[0]?.needBytes).toBe(4e9)
  })

  it('judges a loaded model by the context it has, and does not count it twice', () => {
    models[0] = model('a', { state: 'ready', contextLength: 16_384 })
    residents = [residentOf('a', { heldBytes: 5e9 })]
    board.sampled(sample())
    expect(board.list()[0]).toMatchObject({
      contextLength: 16_384,
      needBytes: 5e9,
      verdict: 'fits',
      sum: { heldBytes: 0, replacedBytes: 5e9 }
    })
    expect(board.list()[1]).toMatchObject({ verdict: 'fits_if_unloaded', unload: [{ name: 'a' }] })
  })

  it('judges a loading model by the context that was asked for', () => {
    models[0] = model('a', { state: 'loading' })
    residents = [residentOf('a', { isLoading: true, isBusy: true, needBytes: 7e9, contextLength: 32_768 })]
    board.sampled(sample())
    expect(board.list()[0]).toMatchObject({ contextLength: 32_768, needBytes: 7e9 })
  })

  it('counts two names on one engine once', () => {
    engines = new Map(['a', 'b'].map((name) => [name, 'one engine']))
    residents = [residentOf('b', { heldBytes: 9e9, engine: 'one engine', isPinned: true })]
    board.sampled(sample())
    expect(board.list()[0]).toMatchObject({ verdict: 'fits', unload: [], sum: { heldBytes: 0, replacedBytes: 9e9 } })
    maxLoadedModels = 1
    residents = [
      ...residents,
      residentOf('a', { heldBytes: 0, engine: 'one engine' }),
      residentOf('c', { heldBytes: 1 })
    ]
    board.sampled(sample({ otherBytes: 1e9 }))
    expect(board.list()[0]?.unload).toEqual([])
  })

  it('names who would go for the limit of loaded models', () => {
    maxLoadedModels = 1
    residents = [residentOf('b', { heldBytes: 1e9 })]
    board.sampled(sample())
    expect(board.list()[0]).toMatchObject({ verdict: 'fits', unload: [{ name: 'b' }] })
    expect(board.list()[1]?.unload).toEqual([])
  })
})

describe('news', () => {
  it('is told once for a burst of changes', async () => {
    board.sampled(sample())
    for (let count = 0; count < 20; count++) {
      weights.set('a', 4 + count / 10)
      board.changed()
    }
    await clock.advance(49)
    expect(told).toHaveLength(1)
    await clock.advance(1)
    expect(told).toHaveLength(2)
    expect(told[1]?.fits[0]?.needBytes).toBe(6.9e9)
  })

  it('is not made of noise: memory is never quite still', () => {
    residents = [residentOf('a', { heldBytes: 5e9 })]
    for (let second = 0; second < 60; second++) {
      const wobble = (second * 7_919) % 40_000_000
      residents = [residentOf('a', { heldBytes: 5e9 + ((second * 631) % 900_000) })]
      board.sampled(sample({ otherBytes: 3e9 + wobble }))
    }
    expect(told).toHaveLength(1)
  })

  it('comes of a slow drift, too', () => {
    for (let second = 0; second < 60; second++) board.sampled(sample({ otherBytes: 3e9 + second * 10_000_000 }))
    expect(told.length).toBeGreaterThan(5)
    expect(told.length).toBeLessThan(15)
  })

  it('comes at once of a changed budget', () => {
    board.sampled(sample())
    const [pool] = sample().pools
    board.sampled(sample({ pools: pool ? [{ ...pool, budgetBytes: 8.5e9 }] : [], budgetBytes: 8.5e9 }))
    expect(words(told.at(-1)?.fits)).toEqual(['a fits', 'b fits_with_context'])
  })

  it('comes of the relief alone', () => {
    board.sampled(sample())
    relief = { unload: [id('a')], bytes: 5e9 }
    board.sampled(sample())
    expect(told).toHaveLength(2)
    expect(board.relief()).toEqual(relief)
  })

  it('comes of a sample that has grown old, and of the next one', () => {
    board.sampled(sample({ otherBytes: 14e9 }))
    board.sampled(sample({ otherBytes: 14e9, isStale: true }))
    expect(board.list()[0]?.sum.freeBytes).toBeNull()
    board.sampled(sample({ otherBytes: 14e9 }))
    expect(told.map(({ fits }) => fits[0]?.sum.freeBytes)).toEqual([2e9, null, 2e9])
  })

  it('is not made of a relief that wobbles: under pressure what models hold is never still', () => {
    relief = { unload: [id('a')], bytes: 5e9 }
    board.sampled(sample())
    for (let second = 0; second < 60; second++) {
      relief = { unload: [id('a')], bytes: 5e9 + ((second * 631) % 900_000) }
      board.sampled(sample())
    }
    expect(told).toHaveLength(1)
    relief = { unload: [id('a')], bytes: 4.9e9 }
    board.sampled(sample())
    expect(told).toHaveLength(2)
    relief = { unload: [id('b')], bytes: 4.9e9 }
    board.sampled(sample())
    relief = { unload: [id('b')], bytes: null }
    board.sampled(sample())
    relief = null
    board.sampled(sample())
    expect(told).toHaveLength(5)
  })

  it('ends with the board', async () => {
    board.changed()
    board.dispose()
    await clock.advance(1_000)
    board.sampled(sample())
    expect(told).toEqual([])
  })
})

describe('a prediction', () => {
  it('asks for the best source there is, with the wished context', async () => {
    board.sampled(sample())
    expect(await board.predict(id('a'), 32_768, signal)).toMatchObject({
      verdict: 'fits',
      contextLength: 32_768,
      needBytes: 7e9
    })
    expect(asked).toEqual(['a 32768'])
  })

  it('takes a sample of its own when the newest is old', async () => {
    board.sampled(sample())
    await clock.advance(10_000)
    fresh = sample({ otherBytes: 14e9 })
    expect(await board.predict(id('a'), undefined, signal)).toMatchObject({ sum: { limitedBy: 'other_programs' } })
  })

  it('of a model elsewhere is unknown: its memory is not this one', async () => {
    board.sampled(sample())
    expect(await board.predict(id('far', 'elsewhere'), undefined, signal)).toMatchObject({
      verdict: 'unknown',
      isAllowed: true,
      needBytes: null,
      sum: { budgetBytes: null }
    })
  })

  it('of no model says so, and asks nobody about it', async () => {
    await expect(board.predict(id('zzz'), 4_096, signal)).rejects.toMatchObject({ code: 'model_not_found' })
    expect(asked).toEqual([])
    await expect(board.predict(id('zzz'), undefined, signal)).rejects.toMatchObject({ code: 'model_not_found' })
  })
})

describe('what if', () => {
  it('judges a selection with contexts, one of each model, without waiting where something is known', async () => {
    board.sampled(sample())
    const wishes = [{ id: id('a'), contextLength: 4_096 }, { id: id('a'), contextLength: 8_192 }, { id: id('b') }]
    const whatIf = await board.whatIf(wishes, signal)
    expect(whatIf.models.map((one) => `${one.id.name} ${one.contextLength}`)).toEqual(['a 8192', 'b 8192'])
    expect(whatIf).toMatchObject({ totalBytes: 13e9, verdict: 'does_not_fit' })
    expect(asked).toEqual([])
  })

  it('waits for what is not known at all', async () => {
    weights.delete('a')
    board.sampled(sample())
    expect(await board.whatIf([{ id: id('a') }], signal)).toMatchObject({ hasUnknown: true, verdict: 'unknown' })
    expect(asked).toEqual(['a undefined'])
  })

  it('takes the context in force of a loaded model', async () => {
    models[0] = model('a', { state: 'ready', contextLength: 16_384 })
    board.sampled(sample())
    expect((await board.whatIf([{ id: id('a') }], signal)).models[0]).toMatchObject({ contextLength: 16_384 })
  })

  it('refuses models of other machines', async () => {
    await expect(board.whatIf([{ id: id('far', 'elsewhere') }], signal)).rejects.toMatchObject({
      code: 'not_supported'
    })
  })
})
