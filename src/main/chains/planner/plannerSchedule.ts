/**
 * Runs and loads in an order, once it is known which loads there are: each load as early as those that go for it are done, each run as
 * early as it can, those first whose model has to go first. Pure but for the timeline it writes to.
 */
import type { LoadMove } from './plannerSearch.ts'
import type { Timeline } from './plannerTimeline.ts'
import type { World } from './plannerWorld.ts'

/** `here`: in memory when the moves begin. */
export function scheduleMoves(world: World, timeline: Timeline, here: Uint8Array, moves: readonly LoadMove[]): void {
  const { steps, modelOf } = world
  const groups = timeline.groups.map((_, group) => group)
  const phases = phasesOf(world, timeline, here, moves)
  const retiring = retirements(world, moves, phases)
  /** Runs of a model, by phase, that have yet to be placed. */
  const open = moves.map(() => new Int32Array(world.modelCount))
  open.push(new Int32Array(world.modelCount))
  const byStep = steps.map(() => new Set<number>())
  let left = 0
  for (const group of groups) {
    steps.forEach((_, step) => {
      const phase = phases[group]![step]!
      if (phase < 0) return
      open[phase]![modelOf[step]!]! += 1
      byStep[step]!.add(group)
      left += 1
    })
  }
  let placed = 0

  const isOpen = (model: number): boolean => open.slice(0, placed + 1).some((counts) => counts[model]! > 0)
  function mayLoad(): boolean {
    const { victims } = moves[placed]!
    if (!world.problem.mayPrefetch)
      return !open.slice(0, placed + 1).some((counts) => counts.some((count) => count > 0))
    return !victims.some(isOpen)
  }

  const canRun = (group: number, step: number): boolean =>
    phases[group]![step]! <= placed && timeline.canRun(group, step)

  /** The next step, and further ones on its model that the same items can go through at once. */
  function runNext(): boolean {
    let best: { step: number; startMs: number; retires: number; groups: number[] } | null = null
    steps.forEach((_, step) => {
      const model = modelOf[step]!
      if (byStep[step]!.size === 0 || !timeline.isHere(model)) return
      const startMs = timeline.startMs(model)
      const retires = retiring[model]!.find((at) => at >= placed) ?? Infinity
      if (best && (startMs > best.startMs || (startMs === best.startMs && retires >= best.retires))) return
      const able = [...byStep[step]!].filter((group) => canRun(group, step))
      if (able.length > 0) best = { step, startMs, retires, groups: able }
    })
    const next = best as { step: number; groups: number[] } | null
    if (next === null) return false
    const together = alsoNow(next.step, next.groups)
    timeline.run(together, next.groups)
    for (const step of together) {
      for (const group of next.groups) {
        byStep[step]!.delete(group)
        open[phases[group]![step]!]![modelOf[step]!]! -= 1
        left -= 1
      }
    }
    return true
  }

  function alsoNow(first: number, of: readonly number[]): number[] {
    const together = [first]
    const earlier = new Uint32Array(world.words)
    earlier[first >> 5]! |= 1 << (first & 31)
    const isFree = (group: number, step: number): boolean => {
      for (let at = 0; at < world.words; at++) {
        const waits = world.before[step * world.words + at]! & timeline.undone[group * world.words + at]!
        if ((waits & ~earlier[at]!) !== 0) return false
      }
      return phases[group]![step]! <= placed
    }
    for (let step = first + 1; step < steps.length; step++) {
      if (modelOf[step] !== modelOf[first] || byStep[step]!.size !== of.length) continue
      if (!of.every((group) => byStep[step]!.has(group) && isFree(group, step))) continue
      together.push(step)
      earlier[step >> 5]! |= 1 << (step & 31)
    }
    return together
  }

  while (placed < moves.length || left > 0) {
    if (placed < moves.length && mayLoad() && timeline.load(moves[placed]!.model, moves[placed]!.victims)) {
      placed += 1
      continue
    }
    if (!runNext()) throw new Error('a plan of loads that leaves steps which can never run')
  }
}

/** For each group and step the number of loads after which it can run; -1: nothing to run. */
function phasesOf(world: World, timeline: Timeline, start: Uint8Array, moves: readonly LoadMove[]): Int32Array[] {
  const { steps, modelOf, words, before } = world
  const here = start.slice()
  const undone = timeline.undone.slice()
  const phases = timeline.groups.map(() => new Int32Array(steps.length).fill(-1))
  for (let phase = 0; phase <= moves.length; phase++) {
    const move = moves[phase - 1]
    if (move) {
      for (const victim of move.victims) here[victim] = 0
      here[move.model] = 1
    }
    phases.forEach((ofGroup, group) => {
      for (let step = 0; step < steps.length; step++) {
        const word = group * words + (step >> 5)
        if ((undone[word]! & (1 << (step & 31))) === 0 || !here[modelOf[step]!]) continue
        let isFree = true
        for (let at = 0; at < words && isFree; at++) {
          isFree = (before[step * words + at]! & undone[group * words + at]!) === 0
        }
        if (!isFree) continue
        undone[word]! ^= 1 << (step & 31)
        ofGroup[step] = phase
      }
    })
  }
  return phases
}

/** For each model the loads, ascending, before which it goes or may go. */
function retirements(world: World, moves: readonly LoadMove[], phases: readonly Int32Array[]): number[][] {
  const retiring: number[][] = Array.from({ length: world.modelCount }, () => [])
  const last = new Int32Array(world.modelCount).fill(-1)
  for (const ofGroup of phases) {
    ofGroup.forEach((phase, step) => {
      const model = world.modelOf[step]!
      last[model] = Math.max(last[model]!, phase)
    })
  }
  moves.forEach(({ victims }, at) => victims.forEach((victim) => retiring[victim]!.push(at)))
  last.forEach((phase, model) => retiring[model]!.push(phase))
  return retiring
}
