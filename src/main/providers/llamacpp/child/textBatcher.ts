/** Gathers the pieces of an answer into a few messages a second: one per token would be hundreds. */

export interface TextBatcher {
  add(text: string): void
  flush(): void
}

const intervalMs = 40

export function createTextBatcher(send: (text: string) => void): TextBatcher {
  let pending = ''
  let timer: NodeJS.Timeout | null = null
  let sentAt = 0

  function flush(): void {
    if (timer) clearTimeout(timer)
    timer = null
    if (pending === '') return
    const text = pending
    pending = ''
    sentAt = performance.now()
    send(text)
  }

  return {
    add(text) {
      pending += text
      const waitMs = sentAt + intervalMs - performance.now()
      // The first piece, and one after a pause, goes at once.
      if (waitMs <= 0) flush()
      else timer ??= setTimeout(flush, waitMs)
    },
    flush
  }
}
