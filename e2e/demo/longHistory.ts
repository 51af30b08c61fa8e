/**
 * A month of the demonstration's memory: models come in the morning and go at night, the machine sleeps, and now and then something
 * takes much for a moment. Put into the page as text, so this file imports nothing but types.
 */
import type { ActivityEvent } from '../../src/shared/activity.ts'
import type { Input, Output } from '../../src/shared/contract.ts'
import type { MemoryPoint } from '../../src/shared/memory.ts'
import type { Model } from '../../src/shared/model.ts'
import type { DemoState } from './state.ts'

const hourMs = 3_600_000
const historySteps = [1, 2, 5, 10, 30, 60, 120, 300, 900, 1_800, 3_600, 7_200].map((seconds) => seconds * 1_000)
/** Ids of the newest events come after those of the month. */
const firstNewId = 10_000

function noise(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43_758.5453
  return value - Math.floor(value)
}

/** Those that are seen in the month. */
function regulars({ models }: DemoState): Model[] {
  return models.filter(({ sizeBytes }) => sizeBytes !== null && sizeBytes < 14e9).slice(0, 4)
}

/** When a model was in memory on the day that begins at `dayAt`; null: not that day. */
function stayOn(dayAt: number, index: number): { fromAt: number; toAt: number } | null {
  const seed = Math.round(dayAt / hourMs) + index * 7
  if (noise(seed) < 0.3 * index) return null
  const fromAt = dayAt + (7.5 + 5 * noise(seed + 1)) * hourMs
  return { fromAt, toAt: fromAt + (2 + 8 * noise(seed + 2)) * hourMs }
}

function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}

function isAsleep(at: number): boolean {
  const hour = (at - dayOf(at)) / hourMs
  return hour > 1 && hour < 6.5 && noise(Math.round(dayOf(at) / hourMs)) < 0.7
}

function heldAt(state: DemoState, at: number): Record<string, number> {
  const held: Record<string, number> = {}
  regulars(state).forEach((model, index) => {
    const stay = stayOn(dayOf(at), index)
    if (stay !== null && at >= stay.fromAt && at < stay.toAt)
      held[`${model.id.hostId}/${model.id.name}`] = Math.round((model.sizeBytes ?? 0) * 1.15)
  })
  return held
}

function longPoint(state: DemoState, at: number, spanMs: number): MemoryPoint {
  const held = heldAt(state, at + spanMs / 2)
  const heldBytes = Object.values(held).reduce((sum, bytes) => sum + bytes, 0)
  const busy = heldBytes > 0 ? 1 : 0
  const otherBytes = Math.round(7e9 + 2.5e9 * noise(Math.floor(at / hourMs)) * busy + 4e8 * noise(at / spanMs))
  const peakBytes = noise(at / spanMs + 5) > 0.985 ? 9e9 : 6e8 * noise(at / spanMs + 2)
  const usedBytes = heldBytes + otherBytes
  return {
    at,
    spanMs,
    usedBytes,
    usedMinBytes: Math.round(usedBytes - 4e8),
    usedMaxBytes: Math.round(usedBytes + peakBytes),
    heldMaxBytes: heldBytes,
    otherBytes,
    swapUsedBytes: Math.round(3e8 + 2e8 * noise(Math.floor(at / hourMs) + 9)),
    gpuLoadPercent: Math.round(busy * (25 + 60 * noise(at / spanMs + 3))),
    pressure: peakBytes > 5e9 ? 'warn' : 'normal',
    held
  }
}

function nothingAt(at: number): MemoryPoint {
  const unknown = { usedBytes: null, usedMinBytes: null, usedMaxBytes: null, heldMaxBytes: null, otherBytes: null }
  return { at, spanMs: 0, ...unknown, swapUsedBytes: null, gpuLoadPercent: null, pressure: null, held: {} }
}

/** Between the points of the hour, second by second. */
function secondsOf(state: DemoState, fromAt: number, toAt: number, stepMs: number): MemoryPoint[] {
  const points: MemoryPoint[] = []
  let index = 0
  for (let at = Math.ceil(fromAt / stepMs) * stepMs; at <= toAt; at += stepMs) {
    while ((state.points[index + 1]?.at ?? Infinity) <= at) index += 1
    const like = state.points[index]
    if (like === undefined || like.at > at) continue
    const otherBytes = like.otherBytes === null ? null : Math.round(like.otherBytes + 9e7 * noise(at / 1_000))
    points.push({ ...like, at, otherBytes, gpuLoadPercent: Math.round((like.gpuLoadPercent ?? 0) * noise(at / 1_000)) })
  }
  return points
}

export function demoHistory(state: DemoState, input: Input<'memory.history'>): Output<'memory.history'> {
  const now = Date.now()
  const { rangeMs, toAt = now, maxPoints = 600 } = input
  const fromAt = toAt - rangeMs
  const isRecent = fromAt >= now - hourMs - 5_000
  const stepMs = historySteps.find((step) => (isRecent || step >= 60_000) && rangeMs / step < maxPoints) ?? 2 * hourMs
  if (isRecent) {
    const isWhole = rangeMs > 1_800_000
    const points = isWhole ? state.points : secondsOf(state, fromAt, Math.min(toAt, now), stepMs)
    return { fromAt, toAt, stepMs: 1_000, points }
  }
  const points: MemoryPoint[] = []
  const lastHour = now - hourMs
  for (let at = Math.floor(fromAt / stepMs) * stepMs; at < Math.min(toAt, lastHour); at += stepMs) {
    if (!isAsleep(at + stepMs / 2)) points.push(longPoint(state, at, stepMs))
    else if (points.at(-1)?.usedBytes !== null) points.push(nothingAt(at))
  }
  const every = Math.max(1, Math.round(stepMs / 6_000))
  const newest = state.points.filter(({ at }, index) => at > lastHour && at <= toAt && index % every === 0)
  const means = newest.map((point) => ({ ...point, spanMs: stepMs, usedMaxBytes: (point.usedBytes ?? 0) + 3e8 }))
  return { fromAt, toAt, stepMs: 60_000, points: [...points, ...means] }
}

function monthEvents(state: DemoState, fromAt: number, toAt: number): ActivityEvent[] {
  const event = (model: Model, at: number, kind: 'loaded' | 'unloaded'): ActivityEvent => ({
    id: 0,
    at: Math.round(at),
    kind,
    actor: kind === 'loaded' ? 'you' : 'keep_alive',
    modelId: model.id,
    hostId: model.id.hostId,
    reason: null,
    durationMs: kind === 'loaded' ? 5_400 : 280,
    bytes: model.sizeBytes,
    error: null
  })
  const days = Array.from({ length: 31 }, (_, day) => dayOf(Date.now() - (30 - day) * 24 * hourMs))
  const all = days.flatMap((dayAt) =>
    regulars(state).flatMap((model, index) => {
      const stay = stayOn(dayAt, index)
      return stay === null ? [] : [event(model, stay.fromAt, 'loaded'), event(model, stay.toAt, 'unloaded')]
    })
  )
  return all
    .sort((a, b) => a.at - b.at)
    .map((each, index) => ({ ...each, id: index + 1 }))
    .filter(({ at }) => at >= fromAt && at <= Math.min(toAt, Date.now() - hourMs))
    .reverse()
}

/** Newest first. The month only where a time is asked for: the newest page is the state's own. */
export function demoEvents(state: DemoState, input: Input<'events.list'>): { events: ActivityEvent[] } {
  const { fromAt, toAt = Date.now(), beforeId = Infinity, limit = 200 } = input
  const newest = state.events.map((event) => ({ ...event, id: event.id + firstNewId }))
  const month = fromAt === undefined ? [] : monthEvents(state, fromAt, toAt)
  const all = [...newest.filter(({ at }) => at >= (fromAt ?? 0) && at <= toAt), ...month]
  return { events: all.filter(({ id }) => id < beforeId).slice(0, limit) }
}

export function demoExport(input: Input<'memory.export'>): Output<'memory.export'> {
  const minutes = Math.round(input.rangeMs / 60_000)
  return { fileName: `stoker-memory-${minutes}-min.csv`, csv: 'at,span_seconds,used_bytes\r\n' }
}
