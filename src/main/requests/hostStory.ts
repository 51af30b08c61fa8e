/** What was noticed about a host and what was done about it, newest first. */
import type { HostRequests } from '../../shared/hostRequests.ts'

type Line = HostRequests['story'][number]

const linesKept = 8

export interface HostStory {
  /** The same words again only bring their time up to date. */
  tell(tone: Line['tone'], words: string): void
  lines(): Line[]
}

export function createHostStory(now: () => number): HostStory {
  let lines: Line[] = []
  return {
    tell(tone, words) {
      const before = lines[0]?.words === words ? lines.slice(1) : lines
      lines = [{ at: now(), tone, words }, ...before].slice(0, linesKept)
    },
    lines: () => lines
  }
}
