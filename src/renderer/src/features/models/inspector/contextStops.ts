/** The context lengths a person can choose between with one slider. Pure. */

const shortest = 512

/** Powers of two up to what the model was trained for, with that and the usual one among them; ascending. */
export function contextStops(maxContextLength: number, usual: number | null): number[] {
  const stops = new Set<number>([maxContextLength])
  for (let length = shortest; length < maxContextLength; length *= 2) stops.add(length)
  if (usual !== null) stops.add(usual)
  return [...stops].sort((a, b) => a - b)
}

/** The place of the stop nearest to a length. */
export function stopAt(stops: readonly number[], length: number): number {
  let nearest = 0
  stops.forEach((stop, index) => {
    if (Math.abs(stop - length) < Math.abs((stops[nearest] ?? 0) - length)) nearest = index
  })
  return nearest
}
