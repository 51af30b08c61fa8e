/**
 * One place of the search: who is in memory, and what each kind of item has yet to run. Everything that can run on what is in memory
 * has run (it costs no load and never stands in the way), so only loads move it. Pure but for its own buffers.
 *
 * An item that has to run no more than another (a subset of its steps) never needs a load of its own: whatever is loaded until the
 * other is done has been enough for it. Such items are dropped; a model that nobody needs any more counts as gone, for it may go at
 * any time.
 */
import type { World } from './plannerWorld.ts'

export interface Walk {
  readonly here: Uint8Array
  /** `world.words` words for each kind of item. */
  readonly undone: Uint32Array
  /** 1: some undone step needs it. After `settle`. */
  readonly isNeeded: Uint8Array
  /** Step and kind of all that wait for nothing but their model; `readyCount` of them. After `settle`. */
  readonly ready: Int32Array
  readonly readyKind: Int32Array
  readonly readyCount: number
  /** Words of a row. */
  readonly rowWords: number
  settle: () => void
  isDone: () => boolean
  write: (row: Uint32Array) => void
  read: (row: Uint32Array) => void
}

export function createWalk(world: World, kinds: number): Walk {
  const { words, modelOf, before, modelCount, isForeign, problem } = world
  const here = new Uint8Array(modelCount)
  const isNeeded = new Uint8Array(modelCount)
  const undone = new Uint32Array(kinds * words)
  const ready = new Int32Array(kinds * world.steps.length)
  const readyKind = new Int32Array(ready.length)
  const modelWords = Math.max(1, Math.ceil(modelCount / 32))
  let readyCount = 0

  function settleKind(kind: number): void {
    const from = kind * words
    for (let word = 0; word < words; word++) {
      // Steps come after all that they wait for, so one look at each is enough.
      for (let bits = undone[from + word]!; bits !== 0;) {
        const bit = 31 - Math.clz32(bits & -bits)
        bits &= bits - 1
        const step = word * 32 + bit
        const model = modelOf[step]!
        let isFree = true
        for (let at = 0; at <= word && isFree; at++) isFree = (before[step * words + at]! & undone[from + at]!) === 0
        if (isFree && here[model]) {
          undone[from + word]! ^= 1 << bit
          continue
        }
        isNeeded[model] = 1
        if (!isFree) continue
        ready[readyCount] = step
        readyKind[readyCount++] = kind
      }
    }
  }

  function settle(): void {
    readyCount = 0
    isNeeded.fill(0)
    for (let kind = 0; kind < kinds; kind++) settleKind(kind)
    if (kinds > 1 && kinds <= 24) dropCovered(undone, words, kinds)
    for (let model = 0; model < modelCount; model++) {
      if (here[model] && !isNeeded[model] && !isForeign[model] && !problem.models[model]!.mustStay) here[model] = 0
    }
  }

  return {
    here,
    undone,
    isNeeded,
    ready,
    readyKind,
    get readyCount() {
      return readyCount
    },
    rowWords: modelWords + undone.length,
    settle,
    isDone: () => undone.every((word) => word === 0),
    write(row) {
      row.fill(0, 0, modelWords)
      for (let model = 0; model < modelCount; model++) if (here[model]) row[model >> 5]! |= 1 << (model & 31)
      row.set(undone, modelWords)
    },
    read(row) {
      for (let model = 0; model < modelCount; model++) here[model] = (row[model >> 5]! >>> (model & 31)) & 1
      undone.set(row.subarray(modelWords))
    }
  }
}

/** Empties every kind whose undone steps are among those of another. */
function dropCovered(undone: Uint32Array, words: number, kinds: number): void {
  for (let one = 0; one < kinds; one++) {
    for (let other = 0; other < kinds; other++) {
      if (one === other || !isWithin(undone, one * words, other * words, words)) continue
      undone.fill(0, one * words, (one + 1) * words)
      break
    }
  }
}

function isWithin(sets: Uint32Array, inner: number, outer: number, words: number): boolean {
  for (let at = 0; at < words; at++) if ((sets[inner + at]! & ~sets[outer + at]!) !== 0) return false
  return true
}

/** Only the kinds that no other covers. */
export function distinctKinds(todos: readonly Uint32Array[]): Uint32Array[] {
  const unique = [...new Map(todos.map((todo) => [todo.join(), todo])).values()]
  if (unique.length > 3_000) return unique
  return unique.filter(
    (todo) => !unique.some((other) => other !== todo && todo.every((word, at) => (word & ~other[at]!) === 0))
  )
}
