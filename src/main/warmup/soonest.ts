/** A number of places, each with a time, and which of them comes first: a heap that knows where everything is. */

export interface Soonest {
  /** Adds the place, or changes its time. */
  set(place: number, at: number): void
  /** The place with the earliest time; null without any. */
  first(): { place: number; at: number } | null
  clear(): void
}

export function createSoonest(): Soonest {
  /** Places, as a heap by their times. */
  const heap: number[] = []
  /** By place. */
  const times: number[] = []
  const indexes: number[] = []

  function timeAt(index: number): number {
    return times[heap[index] ?? -1] ?? Infinity
  }

  function swap(a: number, b: number): void {
    const [first, second] = [heap[a] ?? 0, heap[b] ?? 0]
    heap[a] = second
    heap[b] = first
    indexes[first] = b
    indexes[second] = a
  }

  function rise(from: number): void {
    let index = from
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (timeAt(parent) <= timeAt(index)) return
      swap(index, parent)
      index = parent
    }
  }

  function sink(from: number): void {
    let index = from
    for (;;) {
      const left = 2 * index + 1
      const smaller = timeAt(left + 1) < timeAt(left) ? left + 1 : left
      if (smaller >= heap.length || timeAt(index) <= timeAt(smaller)) return
      swap(index, smaller)
      index = smaller
    }
  }

  return {
    set(place, at) {
      times[place] = at
      const known = indexes[place]
      if (known === undefined) {
        indexes[place] = heap.length
        heap.push(place)
      }
      rise(indexes[place] ?? 0)
      sink(indexes[place] ?? 0)
    },
    first() {
      const place = heap[0]
      return place === undefined ? null : { place, at: timeAt(0) }
    },
    clear() {
      heap.length = 0
      times.length = 0
      indexes.length = 0
    }
  }
}
