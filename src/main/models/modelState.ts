/** A model's life as a pure table: what may follow what. The manager asks, and never sets a state by itself. */
import type { ModelState } from '../../shared/model.ts'

export type ModelStateEvent =
  | 'load_started'
  | 'load_ended'
  | 'load_failed'
  | 'load_cancelled'
  | 'unload_started'
  | 'unload_ended'
  | 'unload_gave_up'
  /** The engine died without being asked to. */
  | 'lost'
  /** The host says it is loaded, and Stoker did not do it. */
  | 'seen_loaded'
  /** The host says it is going, but somebody is still being answered. */
  | 'seen_stopping'
  | 'seen_gone'
  | 'installed'
  | 'removed'

const table: { [State in ModelState]: Partial<Record<ModelStateEvent, ModelState>> } = {
  absent: { installed: 'unloaded', seen_loaded: 'ready' },
  unloaded: { load_started: 'loading', seen_loaded: 'ready', seen_stopping: 'unloading', removed: 'absent' },
  failed: { load_started: 'loading', seen_loaded: 'ready', seen_stopping: 'unloading', removed: 'absent' },
  loading: { load_ended: 'ready', load_failed: 'failed', load_cancelled: 'unloaded' },
  ready: {
    unload_started: 'unloading',
    lost: 'failed',
    seen_stopping: 'unloading',
    seen_gone: 'unloaded'
  },
  unloading: {
    unload_ended: 'unloaded',
    unload_gave_up: 'ready',
    lost: 'unloaded',
    seen_loaded: 'ready',
    seen_gone: 'unloaded'
  }
}

/** The state after `event`, or null when the event means nothing in this state. */
export function nextState(state: ModelState, event: ModelStateEvent): ModelState | null {
  return table[state][event] ?? null
}

/** True while the model takes memory or is about to. */
export function takesMemory(state: ModelState): boolean {
  return state === 'loading' || state === 'ready' || state === 'unloading'
}
