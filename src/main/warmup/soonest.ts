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

  const timeAt = (index: number): number => times[heap[index] as number] as number

  function put(place: number, index: number): void {
    heap[index] = place
    indexes[place] = index
  }

  /** Whoever is later makes way, and the place is put down once, where it belongs. */
  function rise(place: number, at: number, from: number): number {
    let index = from
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (timeAt(parent) <= at) break
      put(heap[parent] as number, index)
      index = parent
    }
    put(place, index)
    return index
  }

  function sink(place: number, at: number, from: number): void {
    let index = from
    for (let child = 2 * index + 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && timeAt(child + 1) < timeAt(child)) child += 1
      if (at <= timeAt(child)) break
      put(heap[child] as number, index)
      index = child
    }
    put(place, index)
  }

  return {
    set(place, at) {
      times[place] = at
      sink(place, at, rise(place, at, indexes[place] ?? heap.length))
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
