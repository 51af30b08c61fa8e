/** The smallest typed event source: subscribe returns its own end. */

export interface Emitter<Event> {
  emit(event: Event): void
  subscribe(listener: (event: Event) => void): () => void
}

/** One listener's failure is reported and does not keep the event from the others. */
export function createEmitter<Event>(onListenerError: (error: unknown) => void): Emitter<Event> {
  const listeners = new Set<(event: Event) => void>()
  return {
    emit(event) {
      for (const listener of [...listeners]) {
        try {
          listener(event)
        } catch (error) {
          onListenerError(error)
        }
      }
    },
    subscribe(listener) {
      // A wrapper, so that one function subscribed twice is two subscriptions.
      const own = (event: Event): void => listener(event)
      listeners.add(own)
      return () => listeners.delete(own)
    }
  }
}
