/** What would make a selection fit, the gentlest first; every piece of advice has been tried before it is given. Pure. */
import type { Advice } from '../../shared/fit.ts'
import type { ModelId } from '../../shared/model.ts'
import { canGo } from './evictionPolicy.ts'
import { roundedDown, shortestUsefulContext } from './longestContext.ts'
import type { Resident } from './resident.ts'
import { isWithin, less, plus, totalOf, unloadOthers, whoMayGo, type Scene, type Selected } from './whatIfScene.ts'

type Contexts = Advice['contexts']

/**
 * Unload what was not asked for; or shorten the contexts; both where neither is enough; or leave one out, the smallest that suffices,
 * several only where it takes several. The selection does not fit, and all its needs are known.
 */
export function adviceFor(scene: Scene, selection: readonly Selected[]): Advice[] {
  const unload = unloadOthers(scene, totalOf(scene, selection))
  const contexts = shorterContexts(scene, selection, [])
  const gentle = [
    ...(unload === null ? [] : [advice({ unload: idsOf(unload) })]),
    ...(contexts === null ? [] : [advice({ contexts })])
  ]
  const left = leaveOut(scene, selection)
  return [...(gentle.length > 0 ? gentle : both(scene, selection)), ...(left === null ? [] : [left])]
}

function advice(part: Partial<Advice>): Advice {
  return { unload: [], leaveOut: [], contexts: [], ...part }
}

function both(scene: Scene, selection: readonly Selected[]): Advice[] {
  const gone = whoMayGo(scene, scene.others)
  const contexts = gone.length === 0 ? null : shorterContexts(scene, selection, gone)
  return contexts === null ? [] : [advice({ unload: idsOf(gone), contexts })]
}

/** Fine enough that no step of 256 tokens is missed below a million. */
const shares = 4_096

/** All contexts cut by the same share, each no shorter than is of use; null when even that does not fit. */
function shorterContexts(scene: Scene, selection: readonly Selected[], gone: readonly Resident[]): Contexts | null {
  const lengths = (share: number): number[] => selection.map((model) => shortened(model, share / shares))
  const fits = (share: number): boolean => {
    const total = lengths(share).reduce(
      (sum, length, index) => plus(scene, sum, at(selection, index), needAt(at(selection, index), length)),
      { main: 0, beside: 0 }
    )
    return isWithin(scene, total, gone)
  }
  let fitting = 0
  if (!fits(fitting)) return null
  for (let tooLong = shares; tooLong - fitting > 1;) {
    const middle = (fitting + tooLong) >> 1
    if (fits(middle)) fitting = middle
    else tooLong = middle
  }
  return lengths(fitting).flatMap((contextLength, index) => {
    const { id, need } = at(selection, index)
    return contextLength === need?.contextLength ? [] : [{ id, contextLength }]
  })
}

function shortened({ need, maxContextLength }: Selected, share: number): number {
  const asked = need?.contextLength ?? shortestUsefulContext
  const shortest = Math.min(asked, shortestUsefulContext, maxContextLength ?? shortestUsefulContext)
  return share >= 1 ? asked : Math.max(shortest, Math.min(maxContextLength ?? asked, roundedDown(asked * share)))
}

function needAt({ need, needAt: at }: Selected, length: number): number {
  return length === need?.contextLength ? need.bytes : (at(length)?.bytes ?? Infinity)
}

/** Nobody is told to leave out what is loaded and must stay: that would free nothing. */
function leaveOut(scene: Scene, selection: readonly Selected[]): Advice | null {
  const total = totalOf(scene, selection)
  const isFree = ({ key }: Selected): boolean => {
    const loaded = scene.loaded.get(key)
    return loaded === undefined || canGo(loaded)
  }
  const bySize = selection.filter(isFree).toSorted((a, b) => (a.need?.bytes ?? 0) - (b.need?.bytes ?? 0))
  const without = (out: readonly Selected[]) =>
    out.reduce((rest, model) => less(scene, rest, model, model.need?.bytes ?? 0), total)
  const alsoUnload = (out: readonly Selected[]): Resident[] => out.flatMap(({ key }) => scene.loaded.get(key) ?? [])
  const one = bySize.find((model) => isWithin(scene, without([model])))
  if (selection.length === 1) return null
  if (one) return advice({ leaveOut: [one.id], unload: idsOf(alsoUnload([one])) })
  for (const out of [...bySize.map((model) => [model]), ...largestTogether(bySize)]) {
    const unload = unloadOthers(scene, without(out))
    const isSomeLeft = out.length < selection.length
    if (unload !== null && isSomeLeft) {
      return advice({ leaveOut: idsOf(out), unload: idsOf([...unload, ...alsoUnload(out)]) })
    }
  }
  return null
}

/** The two largest, the three largest ... */
function largestTogether(bySize: readonly Selected[]): Selected[][] {
  return bySize.slice(1).map((_, index) => bySize.slice(-(index + 2)))
}

function at(selection: readonly Selected[], index: number): Selected {
  const model = selection[index]
  if (model === undefined) throw new RangeError(`no selected model ${index}`)
  return model
}

function idsOf(all: readonly { id: ModelId }[]): ModelId[] {
  return all.map(({ id }) => id)
}
