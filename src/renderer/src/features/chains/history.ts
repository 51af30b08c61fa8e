/** Undo and redo over whole states that share what did not change: each step of the past has the name of the change that ended it. Pure. */

export const mostSteps = 100

export interface HistoryStep<State> {
  state: State
  /** Of the change between this state and the next: "rename". */
  label: string
}

export interface History<State> {
  /** Oldest first. */
  past: readonly HistoryStep<State>[]
  present: State
  /** The next to be done again first. */
  future: readonly HistoryStep<State>[]
}

export function startHistory<State>(present: State): History<State> {
  return { past: [], present, future: [] }
}

/** A change by a person. What was undone can no longer be done again. */
export function commit<State>(history: History<State>, next: State, label: string): History<State> {
  if (next === history.present) return history
  const past = [...history.past, { state: history.present, label }].slice(-mostSteps)
  return { past, present: next, future: [] }
}

/** A change that goes on: one letter more of a word being typed. */
export function amend<State>(history: History<State>, next: State): History<State> {
  return next === history.present ? history : { past: history.past, present: next, future: [] }
}

export function undo<State>(history: History<State>): History<State> {
  const last = history.past.at(-1)
  if (last === undefined) return history
  return {
    past: history.past.slice(0, -1),
    present: last.state,
    future: [{ state: history.present, label: last.label }, ...history.future]
  }
}

export function redo<State>(history: History<State>): History<State> {
  const next = history.future[0]
  if (next === undefined) return history
  return {
    past: [...history.past, { state: history.present, label: next.label }].slice(-mostSteps),
    present: next.state,
    future: history.future.slice(1)
  }
}
