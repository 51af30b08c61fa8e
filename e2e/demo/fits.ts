/**
 * Predictions of the demonstration: needs from sizes by a rule of thumb, verdicts by the rules of the real core in small. It is put
 * into the page as text like the bridge, so this file imports nothing but types and every function stands at its top.
 */
import type { Prediction, Relief } from '../../src/shared/fit.ts'
import type { MemorySample } from '../../src/shared/memory.ts'
import type { Host, Model, ModelId } from '../../src/shared/model.ts'
import type { Need, NeedSource } from '../../src/shared/need.ts'

export interface DemoMachine {
  hosts: Host[]
  models: Model[]
  sample: MemorySample
  /** Where every need is from; null: by the model. */
  needSource: NeedSource | null
}

const demoDefaultContext = 4_096
const demoDoubt: Record<NeedSource, number> = { learned: 0.005, engine: 0.02, formula: 0.06, file_size: 0.25 }

function demoSource(model: Model): NeedSource {
  if (model.lastLoadMs !== null) return 'learned'
  return model.id.hostId === 'builtin' || model.id.name.includes('embed') ? 'engine' : 'formula'
}

/** null where not even the size is known. */
export function demoNeed(model: Model, contextLength: number, source: NeedSource | null): Need | null {
  const { sizeBytes } = model
  if (sizeBytes === null) return null
  const from = source ?? demoSource(model)
  const contextBytes = Math.round(contextLength * 64_000 * Math.sqrt(sizeBytes / 1e9))
  const computeBytes = Math.round(2e8 + sizeBytes * 0.01)
  const bytes = sizeBytes + contextBytes + computeBytes
  const whole: Need['parts'] = [{ kind: 'weights', bytes }]
  const parts: Need['parts'] = [
    { kind: 'weights', bytes: sizeBytes },
    { kind: 'context', bytes: contextBytes },
    { kind: 'compute', bytes: computeBytes }
  ]
  return {
    bytes,
    plusMinusBytes: Math.round(bytes * demoDoubt[from]),
    source: from,
    contextLength,
    parts: from === 'file_size' ? whole : parts.sort((a, b) => b.bytes - a.bytes)
  }
}

function demoIsSame(a: ModelId, b: ModelId): boolean {
  return a.hostId === b.hostId && a.name === b.name
}

/** In memory now with all it will hold; without the model itself. */
function demoHeld(machine: DemoMachine, id: ModelId): { model: Model; bytes: number }[] {
  return machine.models.flatMap((model) => {
    if (demoIsSame(model.id, id)) return []
    const needBytes = model.state === 'loading' ? (demoNeed(model, demoDefaultContext, null)?.bytes ?? 0) : 0
    const bytes = Math.max(model.heldBytes ?? 0, needBytes)
    return bytes > 0 ? [{ model, bytes }] : []
  })
}

export function demoMayGo({ isPinned, activeRequests, state }: Model): boolean {
  return state === 'ready' && !isPinned && activeRequests === 0
}

/** The fewest of those that may go, the largest first. */
function demoEvict(machine: DemoMachine, id: ModelId, bytes: number): { unload: ModelId[]; isEnough: boolean } {
  const mayGo = demoHeld(machine, id).filter(({ model }) => demoMayGo(model))
  const alone = mayGo.filter((each) => each.bytes >= bytes).sort((a, b) => a.bytes - b.bytes)[0]
  if (alone) return { unload: [alone.model.id], isEnough: true }
  const unload: ModelId[] = []
  let freed = 0
  for (const each of mayGo.sort((a, b) => b.bytes - a.bytes)) {
    if (freed >= bytes) break
    unload.push(each.model.id)
    freed += each.bytes
  }
  return { unload, isEnough: freed >= bytes }
}

function demoSum(machine: DemoMachine, id: ModelId, needBytes: number | null): Prediction['sum'] {
  const { limitBytes, reserveBytes, budgetBytes, totalBytes, otherBytes, gpus } = machine.sample
  const heldBytes = demoHeld(machine, id).reduce((sum, { bytes }) => sum + bytes, 0)
  const cards = gpus.filter(({ kind }) => kind === 'dedicated')
  const cardBytes = cards.reduce((sum, card) => sum + (card.totalBytes ?? 0), 0)
  const freeTotal =
    cards.length > 0 ? cardBytes : totalBytes === null || otherBytes === null ? null : totalBytes - otherBytes
  const budgetLeft = budgetBytes === null ? null : Math.max(0, budgetBytes - heldBytes)
  const freeBytes = freeTotal === null ? null : Math.max(0, freeTotal - heldBytes)
  const roomBytes = budgetLeft === null ? null : Math.min(budgetLeft, freeBytes ?? budgetLeft)
  return {
    limitBytes,
    reserveBytes,
    budgetBytes,
    heldBytes,
    replacedBytes: 0,
    freeBytes,
    roomBytes,
    overBytes: roomBytes === null || needBytes === null ? null : Math.max(0, needBytes - roomBytes),
    limitedBy: roomBytes === null ? null : roomBytes === budgetLeft ? 'budget' : 'other_programs'
  }
}

function demoShorter(model: Model, asked: number, roomBytes: number): number | null {
  for (let length = 262_144; length >= 1_024; length /= 2)
    if (length < asked && (demoNeed(model, length, null)?.bytes ?? Infinity) <= roomBytes) return length
  return null
}

function demoJudge(machine: DemoMachine, model: Model, need: Need, sum: Prediction['sum']): Partial<Prediction> {
  const { roomBytes, overBytes, budgetBytes } = sum
  if (roomBytes === null || overBytes === null || budgetBytes === null) return { verdict: 'unknown' }
  if (overBytes === 0) return { verdict: 'fits' }
  const fittingContextLength = demoShorter(model, need.contextLength, roomBytes)
  const { unload, isEnough } = demoEvict(machine, model.id, overBytes)
  if (isEnough) return { verdict: 'fits_if_unloaded', unload, fittingContextLength }
  const isOnCards = machine.sample.gpus.some(({ kind }) => kind === 'dedicated')
  const freed = demoHeld(machine, model.id).filter((each) => unload.some((id) => demoIsSame(id, each.model.id)))
  const mostRoom = freed.reduce((total, { bytes }) => total + bytes, budgetBytes - sum.heldBytes)
  const besideBytes = isOnCards ? (machine.sample.availableBytes ?? 0) : 0
  const isAllowed = need.bytes - need.plusMinusBytes <= mostRoom + besideBytes
  if (fittingContextLength !== null) return { verdict: 'fits_with_context', fittingContextLength, unload, isAllowed }
  if (isOnCards && isAllowed)
    return { verdict: 'fits_partly', spilledBytes: Math.max(1, need.bytes - mostRoom), unload }
  return { verdict: 'does_not_fit', unload, isAllowed }
}

export function demoPredict(machine: DemoMachine, id: ModelId, asked?: number): Prediction | null {
  const model = machine.models.find((each) => demoIsSame(each.id, id))
  const host = machine.hosts.find((each) => each.id === id.hostId)
  if (!model || host?.isLocal === false) return null
  const contextLength = asked ?? Math.min(demoDefaultContext, model.maxContextLength ?? demoDefaultContext)
  const need = demoNeed(model, contextLength, machine.needSource)
  const sum = demoSum(machine, id, need?.bytes ?? null)
  return {
    id,
    verdict: 'unknown',
    unload: [],
    fittingContextLength: null,
    spilledBytes: 0,
    isAllowed: true,
    contextLength,
    needBytes: need?.bytes ?? null,
    plusMinusBytes: need?.plusMinusBytes ?? null,
    source: need?.source ?? null,
    parts: need?.parts ?? [],
    sum,
    ...(need === null ? {} : demoJudge(machine, model, need, sum))
  }
}

export function demoFits(machine: DemoMachine): { fits: Prediction[]; relief: Relief | null } {
  const fits = machine.models.flatMap(({ id }) => demoPredict(machine, id) ?? [])
  const { pressure } = machine.sample
  const idle = machine.models.filter(demoMayGo).sort((a, b) => (a.lastUsedAt ?? 0) - (b.lastUsedAt ?? 0))
  const isShort = pressure === 'warn' || pressure === 'critical'
  if (!isShort || idle.length === 0) return { fits, relief: null }
  const bytes = idle.reduce((sum, { heldBytes }) => sum + (heldBytes ?? 0), 0)
  return { fits, relief: { unload: idle.map(({ id }) => id), bytes } }
}
