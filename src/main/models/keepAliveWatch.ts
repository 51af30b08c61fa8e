/**
 * Whether another program has told a server another keep-alive than Stoker did, worked out from when the server says a model will go.
 * Pure. A timer that is only started anew moves later, and never beyond now plus its time: what breaks one of the two was changed.
 * The server's clock may differ from ours, and ours may be set back: what rests on a doubtful clock is not concluded. (Set back by
 * less than the time between two looks it cannot be told from a short wait: the slack is for that, and hosts are asked every 5 s.)
 */

/** Between a server's clock and ours; at least and at most. */
interface Skew {
  leastMs: number
  mostMs: number
}

export interface KeepAliveWatch {
  /** As last told by Stoker; negative = for ever. Never 0: that is no time to watch. */
  readonly toldSeconds: number
  readonly toldAt: number
  /** As far as is known what the server has now; null: some time. */
  readonly secondsNow: number | null
  /** Null until a time of the server can be compared with one of ours. */
  readonly skew: Skew | null
  /** The newest sight of it since it was told, or what must have been seen then. */
  readonly last: Look | null
  /** The clock was set back: the time last seen is of before. */
  readonly isAdrift: boolean
  /** A request of Stoker's own with toldSeconds failed since: it may have been taken all the same. */
  readonly isDoubted: boolean
  /** This server does say when models go. */
  readonly hasSeenTime: boolean
}

export interface Look {
  at: number
  /** Null: never. */
  unloadsAt: number | null
}

/** `seconds`: as far as it can be told; negative = for ever. */
export interface KeepAliveChange {
  seconds: number | null
}

export const slackMs = 5_000
/** A server takes a moment to put in force what it has just answered. */
const settleMs = 500
/** A change within a longer time could have been to anything. */
const longestGuessMs = 60_000

/**
 * From the moment in which the server took it. `before`: what was known of its clock. `unloadsAt`: what the server said itself at once
 * after a load.
 */
export function startWatch(
  toldSeconds: number,
  toldAt: number,
  before: KeepAliveWatch | null,
  unloadsAt: number | null = null
): KeepAliveWatch {
  const hasEnd = toldSeconds > 0
  const toldMs = toldSeconds * 1_000
  const aheadMs = hasEnd && unloadsAt !== null ? unloadsAt - toldAt - toldMs : null
  const skew = aheadMs === null ? (before?.skew ?? null) : { leastMs: aheadMs, mostMs: aheadMs }
  const expected = hasEnd && skew !== null ? { at: toldAt, unloadsAt: toldAt + toldMs + skew.leastMs } : null
  return {
    toldSeconds,
    toldAt,
    secondsNow: toldSeconds,
    skew,
    last: expected,
    isAdrift: false,
    isDoubted: false,
    hasSeenTime: unloadsAt !== null || (before?.hasSeenTime ?? false)
  }
}

/** `isLocal`: the server shares this machine's clock, as long as nothing says otherwise. */
export function watchKeepAlive(
  watch: KeepAliveWatch,
  look: Look,
  isLocal: boolean
): { watch: KeepAliveWatch; change: KeepAliveChange | null } {
  const { last, toldAt } = watch
  const seen = { ...watch, last: look, hasSeenTime: watch.hasSeenTime || look.unloadsAt !== null }
  if (look.at < (last?.at ?? toldAt)) {
    return { watch: { ...seen, skew: null, toldAt: look.at, isAdrift: true }, change: null }
  }
  if (look.at - toldAt < settleMs) return { watch, change: null }
  if (isNewTime(watch, look)) {
    const secondsNow = look.unloadsAt === null ? -1 : guess(watch, look.unloadsAt, look.at, isLocal)
    return { watch: { ...seen, secondsNow, isAdrift: false, isDoubted: false }, change: { seconds: secondsNow } }
  }
  const isStillAdrift = watch.isAdrift && isSame(last?.unloadsAt ?? null, look.unloadsAt)
  return { watch: { ...seen, skew: skewFrom(watch, look), isAdrift: isStillAdrift }, change: null }
}

/** What is in force is what Stoker told, by someone else's doing or never having been changed. */
export function isAsTold({ toldSeconds, secondsNow }: KeepAliveWatch): boolean {
  if (toldSeconds < 0 || secondsNow === null) return secondsNow !== null && secondsNow < 0
  return Math.abs(toldSeconds - secondsNow) * 1_000 <= slackMs
}

function isNewTime(
  { secondsNow, skew, last, isAdrift, hasSeenTime }: KeepAliveWatch,
  { at, unloadsAt }: Look
): boolean {
  if (secondsNow !== null && secondsNow < 0) return unloadsAt !== null
  // A server that never says when would look as if it kept every model for ever.
  if (unloadsAt === null) return hasSeenTime
  const lastUnloadsAt = last?.unloadsAt ?? null
  const isShorter = !isAdrift && lastUnloadsAt !== null && unloadsAt < lastUnloadsAt - slackMs
  const isLonger = secondsNow !== null && skew !== null && unloadsAt - skew.mostMs > at + secondsNow * 1_000 + slackMs
  return isShorter || isLonger
}

/** The first time seen after Stoker told one says how far the two clocks are apart. */
function skewFrom(
  { skew, last, toldSeconds, toldAt, secondsNow }: KeepAliveWatch,
  { at, unloadsAt }: Look
): Skew | null {
  if (skew !== null || last !== null || unloadsAt === null || secondsNow !== toldSeconds) return skew
  const endMs = unloadsAt - toldSeconds * 1_000
  return { leastMs: endMs - at, mostMs: endMs - toldAt }
}

/** The timer was started between the last look and this one: of the times that explain what is seen the roundest is meant. */
function guess(watch: KeepAliveWatch, unloadsAt: number, at: number, isLocal: boolean): number | null {
  const { skew, last, toldAt } = watch
  const known = skew ?? (isLocal ? { leastMs: 0, mostMs: 0 } : null)
  if (known === null) return null
  const since = Math.max(toldAt, last?.at ?? toldAt)
  const least = (unloadsAt - known.mostMs - at) / 1_000
  const most = (unloadsAt - known.leastMs - since) / 1_000
  if ((most - least) * 1_000 > longestGuessMs || most < 1) return null
  return roundestWithin(Math.max(1, Math.floor(least)), Math.ceil(most))
}

const roundSeconds = [86_400, 3_600, 1_800, 900, 600, 300, 60, 30, 10, 5]

function roundestWithin(least: number, most: number): number {
  for (const unit of roundSeconds) {
    const value = Math.ceil(least / unit) * unit
    if (value <= most) return value
  }
  return Math.round((least + most) / 2)
}

function isSame(a: number | null, b: number | null): boolean {
  return a === b || (a !== null && b !== null && Math.abs(a - b) <= slackMs)
}
