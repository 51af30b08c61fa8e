/** Verdicts: how fast a plan, a what-if and a list of 200 models are judged, and whether the plan is the best one there is. */
import { createFitBoard } from '../src/main/models/fitBoard.ts'
import { needOf, residentOf, sampleOf } from '../src/main/models/fitRig.ts'
import { planEviction, type Evictable, type Shortage } from '../src/main/models/evictionPolicy.ts'
import type { Resident } from '../src/main/models/resident.ts'
import { judgeWhatIf, type Selected } from '../src/main/models/whatIf.ts'
import { silentLogger } from '../src/main/lib/logger.ts'
import type { Model } from '../src/shared/model.ts'
import { modelKey } from '../src/shared/modelKey.ts'
import type { Row } from './row.ts'
import { spread } from './statistics.ts'

const cases = 10_000
const rounds = 50
const gigabyte = 1e9

export function runFitBench(): Row[] {
  return [againstTrying(), planAmongTwenty(), whatIfOfMany(), listOfMany()]
}

/** Small numbers that differ from run to run no more than the machine does. */
function createDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

function againstTrying(): Row {
  const dice = createDice(7)
  let wrong = 0
  for (let count = 0; count < cases; count++) {
    const residents = Array.from({ length: dice(9) }, (_, index) => evictable(`m${index}`, dice))
    const shortage = { bytes: 1 + dice(40), count: dice(4) - 1 }
    const plan = planEviction(residents, shortage)
    const best = bestByTrying(residents, shortage)
    const gone = residents.filter(({ key }) => plan.ok && plan.evict.includes(key))
    const isRight = plan.ok
      ? valueOf(gone) === best && gone.every(({ isPinned, isBusy }) => !isPinned && !isBusy)
      : best === Infinity
    if (!isRight) wrong += 1
  }
  return {
    what: 'Eviction against trying every set (fewest bytes, then cost)',
    figure: `${cases - wrong} of ${cases} random cases equal, no busy or pinned model named`,
    target: 'all equal',
    isMet: wrong === 0
  }
}

function evictable(key: string, dice: (sides: number) => number): Evictable {
  return {
    key,
    heldBytes: dice(13),
    isPinned: dice(4) === 0,
    isKept: false,
    isBusy: dice(4) === 0,
    lastUsedAt: dice(7),
    reloadMs: dice(5)
  }
}

function bestByTrying(residents: readonly Evictable[], { bytes, count }: Shortage): number {
  const free = residents.filter(({ isPinned, isBusy }) => !isPinned && !isBusy)
  let best = Infinity
  for (let mask = 0; mask < 2 ** free.length; mask++) {
    const set = free.filter((_, index) => mask & (1 << index))
    const held = set.reduce((sum, { heldBytes }) => sum + (heldBytes ?? 0), 0)
    if (held >= bytes && set.length >= count) best = Math.min(best, valueOf(set))
  }
  return best
}

/** Bytes first, then cost. */
function valueOf(set: readonly Evictable[]): number {
  return set.reduce((sum, { heldBytes, reloadMs }) => sum + (heldBytes ?? 0) * 1_000 + (reloadMs ?? 0), 0)
}

function timed(work: () => void): number {
  const times = Array.from({ length: rounds }, () => {
    const startedAt = performance.now()
    work()
    return performance.now() - startedAt
  })
  return spread(times).median
}

function row(what: string, ms: number, targetMs: number): Row {
  return { what, figure: `${ms.toFixed(2)} ms`, target: `under ${targetMs} ms`, isMet: ms < targetMs }
}

function loaded(count: number): Resident[] {
  const dice = createDice(3)
  return Array.from({ length: count }, (_, index) => residentOf(`r${index}`, { heldBytes: gigabyte + dice(gigabyte) }))
}

function planAmongTwenty(): Row {
  const residents = loaded(20)
  const ms = timed(() => planEviction(residents, { bytes: 9.3 * gigabyte, count: 2 }))
  return row('The fewest bytes to free among 20 models, exactly', ms, 5)
}

function selected(index: number): Selected {
  const id = { hostId: 'h', name: `m${index}` }
  const shape = { weightsBytes: (1 + (index % 9)) * gigabyte, bytesPerToken: 60_000 }
  const needAt = (length: number) => needOf(shape, length)
  const need = needAt(8_192)
  return { id, key: modelKey(id), contextLength: 8_192, maxContextLength: 131_072, need, needAt, usesCards: true }
}

function whatIfOfMany(): Row {
  const selection = Array.from({ length: 64 }, (_, index) => selected(index))
  const residents = loaded(20)
  const sample = sampleOf({ limitBytes: 360 * gigabyte, reserveBytes: 8 * gigabyte })
  const ms = timed(() => judgeWhatIf(selection, residents, sample))
  return row('What if: 64 models beside 20 loaded ones, with advice', ms, 5)
}

/** Every sample moves other programs by more than is left unsaid. */
function listOfMany(): Row {
  const models = Array.from({ length: 200 }, (_, index) => selected(index))
  const residents = loaded(4)
  const sample = sampleOf({ totalBytes: 32 * gigabyte, limitBytes: 24 * gigabyte, reserveBytes: 4 * gigabyte })
  let otherBytes = 0
  const byKey = new Map(models.map((model) => [model.key, model]))
  const board = createFitBoard({
    models: () =>
      models.map(({ id }) => ({ id, state: 'unloaded', contextLength: null, maxContextLength: 131_072 }) as Model),
    model: (id) => ({ id }) as Model,
    residents: () => residents,
    needs: {
      now: (id, length = 8_192) => byKey.get(modelKey(id))?.needAt(length) ?? null,
      predict: async () => null,
      engineOf: modelKey,
      contextLengths: () => ({ defaultLength: 8_192, maxLength: 131_072 })
    },
    isLocal: () => true,
    usesCards: () => true,
    maxLoadedModels: () => 8,
    memory: async () => sample,
    relief: () => null,
    onChanged: () => {},
    clock: { now: Date.now, after: () => () => {} },
    logger: silentLogger
  })
  const ms = timed(() => {
    otherBytes = (otherBytes + gigabyte) % (9 * gigabyte)
    board.sampled({ ...sample, otherBytes })
  })
  return row('Verdicts of 200 models after a sample in which memory moved', ms, 20)
}
