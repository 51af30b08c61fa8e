/** Would catch: a clash foretold where "What if" says that it fits, and none where it says that it does not. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { MemorySample } from '../../shared/memory.ts'
import { modelKey } from '../../shared/modelKey.ts'
import { needOf, sampleOf } from '../models/fitRig.ts'
import { judgeWhatIf } from '../models/whatIf.ts'
import { createCalendar } from '../warmup/occurrences.ts'
import { previewOf } from '../warmup/preview.ts'
import { roomForRules } from './roomForRules.ts'

/** Nothing loaded, nobody else there; a second card where there is a first. */
function machineWith(cardBytes: readonly number[], memoryBytes: number): MemorySample {
  const [first, ...others] = cardBytes
  const card = first === undefined ? {} : { card: { limitBytes: first, reserveBytes: 0, usedBytes: 0 } }
  const sample = sampleOf({ limitBytes: memoryBytes, reserveBytes: 0, ...card })
  const more = others.map((bytes, index) => {
    const [pool, gpu] = [sample.pools[0]!, sample.gpus[0]!]
    const id = `gpu${index + 1}`
    return { pool: { ...pool, id, limitBytes: bytes, budgetBytes: bytes }, gpu: { ...gpu, id, totalBytes: bytes } }
  })
  return {
    ...sample,
    pools: [...sample.pools.slice(0, 1), ...more.map(({ pool }) => pool), ...sample.pools.slice(1)],
    gpus: [...sample.gpus, ...more.map(({ gpu }) => gpu)]
  }
}

const any = {
  cards: fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 2 }),
  memory: fc.integer({ min: 1, max: 50 }),
  models: fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 40 }), usesCards: fc.boolean() }), {
    minLength: 1,
    maxLength: 4
  })
}

it('two rules clash in the calendar exactly where “What if” says that their models have no room together, by as much', () => {
  fc.assert(
    fc.property(any.cards, any.memory, any.models, (cards, memory, models) => {
      const sample = machineWith(cards, memory)
      const selection = models.map(({ bytes, usesCards }, index) => {
        const id = { hostId: 'h', name: String(index) }
        const needAt = (length: number) => needOf({ weightsBytes: bytes, bytesPerToken: 0 }, length)
        const shape = { contextLength: 4_096, maxContextLength: null, need: needAt(4_096), needAt, usesCards }
        return { id, key: modelKey(id), ...shape }
      })
      const whatIf = judgeWhatIf(selection, [], sample)
      const { hasCards, ...room } = roomForRules(sample)
      const when = { kind: 'window' as const, time: '08:00', days: [1], minutes: 60 }
      const [clash] = previewOf({
        rules: selection.map(({ id }) => ({
          id: id.name,
          name: id.name,
          isEnabled: true,
          models: [{ id, contextLength: null }],
          when
        })),
        calendar: createCalendar('UTC'),
        now: 0,
        fromAt: 0,
        days: 7,
        room: { ...room, maxLoadedModels: 64 },
        modelOf: ({ name }) => ({
          key: name,
          engine: name,
          needBytes: models[Number(name)]?.bytes ?? 0,
          isBeside: hasCards && models[Number(name)]?.usesCards === false,
          usualLoadMs: null,
          keepAliveSeconds: 0
        })
      }).clashes
      expect(clash === undefined).toBe(whatIf.verdict === 'fits')
      const isInOnePlace = !hasCards || models.every(({ usesCards }) => usesCards)
      if (isInOnePlace) expect(clash?.overBytes ?? 0).toBe(whatIf.sum.overBytes)
    })
  )
})
