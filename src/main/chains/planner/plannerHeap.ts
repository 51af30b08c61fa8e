/** What a search looks at next: the smallest key first, among equals the smaller second, then third. A binary heap. */

interface HeapEntry<T> {
  key: number
  second: number
  third: number
  value: T
}

export interface Heap<T> {
  push: (key: number, second: number, value: T, third?: number) => void
  pop: () => HeapEntry<T> | undefined
}

export function createHeap<T>(): Heap<T> {
  const entries: HeapEntry<T>[] = []
  const isBefore = (a: number, b: number): boolean => {
    const [one, other] = [entries[a]!, entries[b]!]
    if (one.key !== other.key) return one.key < other.key
    return one.second < other.second || (one.second === other.second && one.third < other.third)
  }
  const swap = (a: number, b: number): void => {
    const one = entries[a]!
    entries[a] = entries[b]!
    entries[b] = one
  }
  return {
    push(key, second, value, third = 0) {
      let at = entries.push({ key, second, third, value }) - 1
      for (let up = (at - 1) >> 1; at > 0 && isBefore(at, up); at = up, up = (at - 1) >> 1) swap(at, up)
    },
    pop() {
      const first = entries[0]
      const last = entries.pop()
      if (first === undefined || last === undefined || entries.length === 0) return first
      entries[0] = last
      for (let at = 0; ;) {
        let least = at
        for (const child of [2 * at + 1, 2 * at + 2])
          if (child < entries.length && isBefore(child, least)) least = child
        if (least === at) return first
        swap(at, least)
        at = least
      }
    }
  }
}
