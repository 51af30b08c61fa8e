/** A model's colour: one of six, from the hash of its key, moved off the colours it would be shown beside, then never changed. */
export const colourCount = 6

export type ChosenColours = Readonly<Record<string, number>>

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0
  }
  return value
}

/** The free colour nearest after the model's own: free of all shown if there is one, else free of its two neighbours. */
function choose(key: string, shownColours: ReadonlySet<number>, neighbours: ReadonlySet<number>): number {
  const own = hash(key) % colourCount
  const order = Array.from({ length: colourCount }, (_, step) => (own + step) % colourCount)
  return order.find((colour) => !shownColours.has(colour)) ?? order.find((colour) => !neighbours.has(colour)) ?? own
}

/** Colours for models shown side by side, in that order; what was chosen before stays. The same object when nothing is new. */
export function chooseColours(chosen: ChosenColours, shown: readonly string[]): ChosenColours {
  const result: Record<string, number> = { ...chosen }
  let isNew = false
  shown.forEach((key, index) => {
    if (Object.hasOwn(result, key)) return
    const colourOf = (other: string | undefined): number[] =>
      other !== undefined && Object.hasOwn(result, other) ? [result[other] ?? 0] : []
    const neighbours = new Set([...colourOf(shown[index - 1]), ...colourOf(shown[index + 1])])
    result[key] = choose(key, new Set(shown.flatMap(colourOf)), neighbours)
    isNew = true
  })
  return isNew ? result : chosen
}

export function colourVariable(colour: number): string {
  return `var(--model-${colour + 1})`
}

/** For words that stand on the colour. */
export function onColourVariable(colour: number): string {
  return `var(--on-model-${colour + 1})`
}
