/** States that a search has seen: each kept once, as a row of 32-bit words, with the cheapest way to it. */

export interface States {
  readonly count: number
  /** The row's place; a new row has cost Infinity. */
  place: (row: Uint32Array) => number
  read: (place: number, row: Uint32Array) => void
  cost: (place: number) => number
  cameFrom: (place: number) => number
  /** What led here from `cameFrom`. */
  move: (place: number) => number
  set: (place: number, cost: number, from: number, move: number) => void
}

export function createStates(words: number): States {
  let capacity = 1_024
  let count = 0
  let rows = new Uint32Array(capacity * words)
  let costs = new Float64Array(capacity)
  let froms = new Int32Array(capacity)
  let moves = new Int32Array(capacity)
  /** Open addressing; 0: free, else a place + 1. */
  let slots = new Int32Array(capacity * 4)

  const hashOf = (row: Uint32Array, from: number): number => {
    let hash = 0x9747b28c
    for (let at = 0; at < words; at++) {
      hash = Math.imul(hash ^ row[from + at]!, 0x85ebca6b)
      hash ^= hash >>> 15
    }
    hash = Math.imul(hash, 0xc2b2ae35)
    return (hash ^ (hash >>> 13)) >>> 0
  }

  function grow(): void {
    capacity *= 2
    rows = copied(rows, new Uint32Array(capacity * words))
    costs = copied(costs, new Float64Array(capacity))
    froms = copied(froms, new Int32Array(capacity))
    moves = copied(moves, new Int32Array(capacity))
    slots = new Int32Array(capacity * 4)
    for (let place = 0; place < count; place++) {
      let slot = hashOf(rows, place * words) & (slots.length - 1)
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
      slots[slot] = place + 1
    }
  }

  const isAt = (place: number, row: Uint32Array): boolean => {
    for (let at = 0; at < words; at++) if (rows[place * words + at] !== row[at]) return false
    return true
  }

  return {
    get count() {
      return count
    },
    place(row) {
      if (count === capacity) grow()
      let slot = hashOf(row, 0) & (slots.length - 1)
      for (; slots[slot] !== 0; slot = (slot + 1) & (slots.length - 1)) {
        const place = slots[slot]! - 1
        if (isAt(place, row)) return place
      }
      slots[slot] = count + 1
      rows.set(row, count * words)
      costs[count] = Infinity
      return count++
    },
    read: (place, row) => row.set(rows.subarray(place * words, (place + 1) * words)),
    cost: (place) => costs[place]!,
    cameFrom: (place) => froms[place]!,
    move: (place) => moves[place]!,
    set(place, cost, from, move) {
      costs[place] = cost
      froms[place] = from
      moves[place] = move
    }
  }
}

function copied<T extends Uint32Array | Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
