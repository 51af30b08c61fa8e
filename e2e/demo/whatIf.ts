/**
 * What-if of the demonstration: the rules of the real core in small, without cards. Put into the page as text, after fits.ts.
 */
import type { Input } from '../../src/shared/contract.ts'
import type { Advice, WhatIf, WhatIfModel } from '../../src/shared/fit.ts'
import type { Model, ModelId } from '../../src/shared/model.ts'
import type { Need } from '../../src/shared/need.ts'
import { demoMayGo, demoNeed, type DemoMachine } from './fits.ts'

interface Picked {
  model: Model
  need: Need | null
}

const leastContext = 2_048
const contextStep = 256

function sumOfNeeds(picked: readonly Picked[]): number {
  return picked.reduce((sum, { need }) => sum + (need?.bytes ?? 0), 0)
}

function isPickedModel(picked: readonly Picked[], { id }: Model): boolean {
  return picked.some(({ model }) => model.id.hostId === id.hostId && model.id.name === id.name)
}

function needAt(machine: DemoMachine, { model }: Picked, contextLength: number): number {
  return demoNeed(model, contextLength, machine.needSource)?.bytes ?? 0
}

function cut(length: number, share: number): number {
  return Math.max(Math.min(leastContext, length), Math.floor((length * share) / contextStep) * contextStep)
}

/** All contexts cut by the same share; null when that is not enough. */
function cutContexts(machine: DemoMachine, picked: readonly Picked[], room: number): Advice['contexts'] | null {
  for (let share = 0.95; share >= 0; share -= 0.05) {
    const lengths = picked.map(({ need }) => cut(need?.contextLength ?? leastContext, share))
    const total = picked.reduce((sum, each, index) => sum + needAt(machine, each, lengths[index] ?? leastContext), 0)
    if (total > room) continue
    return picked.flatMap(({ model, need }, index) => {
      const contextLength = lengths[index] ?? leastContext
      return contextLength === need?.contextLength ? [] : [{ id: model.id, contextLength }]
    })
  }
  return null
}

/** The largest first, until it is enough. */
function unloadFor(others: readonly Model[], bytes: number): ModelId[] | null {
  const gone: ModelId[] = []
  let freed = 0
  for (const other of others.filter(demoMayGo).sort((a, b) => (a.heldBytes ?? 0) - (b.heldBytes ?? 0))) {
    if (freed >= bytes) break
    gone.push(other.id)
    freed += other.heldBytes ?? 0
  }
  return freed >= bytes ? gone : null
}

/** The smallest that suffices, else the largest ones. */
function leaveOut(picked: readonly Picked[], room: number): ModelId[] {
  const bySize = [...picked].sort((a, b) => (a.need?.bytes ?? 0) - (b.need?.bytes ?? 0))
  const one = bySize.find(({ need }) => sumOfNeeds(picked) - (need?.bytes ?? 0) <= room)
  if (one) return [one.model.id]
  const count = bySize.findIndex((_, index) => sumOfNeeds(bySize.slice(0, bySize.length - index)) <= room)
  return bySize.slice(bySize.length - count).map(({ model }) => model.id)
}

function adviceOf(machine: DemoMachine, picked: readonly Picked[], others: readonly Model[], room: number): Advice[] {
  const none: Advice = { unload: [], leaveOut: [], contexts: [] }
  const unload = unloadFor(others, sumOfNeeds(picked) - room)
  const contexts = cutContexts(machine, picked, room)
  const out = leaveOut(picked, room)
  const loaded = picked.flatMap(({ model }) => (model.heldBytes === null ? [] : [model.id]))
  return [
    ...(unload === null ? [] : [{ ...none, unload }]),
    ...(contexts === null ? [] : [{ ...none, contexts }]),
    ...(out.length === 0 || out.length === picked.length
      ? []
      : [{ ...none, leaveOut: out, unload: out.filter((id) => loaded.includes(id)) }])
  ]
}

function whatIfModel(machine: DemoMachine, each: Picked, picked: readonly Picked[], room: number | null): WhatIfModel {
  const { model, need } = each
  const rest = sumOfNeeds(picked) - (need?.bytes ?? 0)
  const max = model.maxContextLength
  let largest: number | null = null
  for (let length = max ?? 0; room !== null && length >= leastContext && largest === null; length -= contextStep)
    if (rest + needAt(machine, each, length) <= room) largest = length
  const contextLength = need?.contextLength ?? null
  return { id: model.id, contextLength, maxContextLength: max, need, largestContextLength: largest }
}

export function demoWhatIf(machine: DemoMachine, { models }: Input<'models.whatIf'>): WhatIf {
  const picked = models.flatMap(({ id, contextLength }) => {
    const model = machine.models.find((each) => each.id.hostId === id.hostId && each.id.name === id.name)
    return model ? [{ model, need: demoNeed(model, contextLength ?? 4_096, machine.needSource) }] : []
  })
  const { limitBytes, reserveBytes, budgetBytes, totalBytes: machineBytes, otherBytes } = machine.sample
  const others = machine.models.filter((model) => model.heldBytes !== null && !isPickedModel(picked, model))
  const heldBytes = others.reduce((sum, { heldBytes: bytes }) => sum + (bytes ?? 0), 0)
  const freeBytes = machineBytes === null || otherBytes === null ? null : machineBytes - otherBytes - heldBytes
  const budgetLeft = budgetBytes === null ? null : budgetBytes - heldBytes
  const room = budgetLeft === null ? null : Math.min(budgetLeft, freeBytes ?? budgetLeft)
  const totalBytes = sumOfNeeds(picked)
  const hasUnknown = picked.some(({ need }) => need === null)
  const isOver = room !== null && totalBytes > room
  const advice = isOver && !hasUnknown ? adviceOf(machine, picked, others, room) : []
  const [first] = advice
  const known = room === null || hasUnknown ? 'unknown' : null
  const beyond = first?.unload.length
    ? 'fits_if_unloaded'
    : first?.contexts.length
      ? 'fits_with_context'
      : 'does_not_fit'
  return {
    models: picked.map((each) => whatIfModel(machine, each, picked, room)),
    totalBytes,
    plusMinusBytes: picked.reduce((sum, { need }) => sum + (need?.plusMinusBytes ?? 0), 0),
    hasUnknown,
    verdict: known ?? (isOver ? beyond : 'fits'),
    otherLoadedBytes: heldBytes,
    unload: first?.unload ?? [],
    spilledBytes: 0,
    sum: {
      limitBytes,
      reserveBytes,
      budgetBytes,
      heldBytes,
      replacedBytes: 0,
      freeBytes: freeBytes === null ? null : Math.max(0, freeBytes),
      roomBytes: room === null ? null : Math.max(0, room),
      overBytes: room === null ? null : Math.max(0, totalBytes - Math.max(0, room)),
      limitedBy: room === null ? null : room === budgetLeft ? 'budget' : 'other_programs'
    },
    advice
  }
}
