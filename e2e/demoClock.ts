/** The demonstration's clock: its stories and pictures begin at one moment of a working week, whenever they are looked at. */
import type { Page } from '@playwright/test'

export const demoZone = 'Europe/Berlin'

/** A Wednesday, early in the afternoon. */
export const demoStartsAt = '2026-03-18T13:02:00Z'

/** What a function that reads the clock makes of another time. */
export function madeAt<T>(at: string, make: () => T): T {
  const { now } = Date
  Date.now = () => Date.parse(at)
  try {
    return make()
  } finally {
    Date.now = now
  }
}

/** The page's clock set to another time, from which it goes on. Playwright's own would replace the timers and frames as well. */
export async function setPageClock(page: Page, at: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setTimezoneOverride', { timezoneId: demoZone })
  await page.addInitScript(
    (offsetMs) => {
      // By the clock that nobody sets, so that a page that is opened a second time is not moved twice.
      const now = (): number => Math.round(performance.timeOrigin + performance.now() + offsetMs)
      globalThis.Date = class extends Date {
        constructor(...given: [] | [number]) {
          if (given.length === 0) super(now())
          else super(...given)
        }
        static override now = now
      } as DateConstructor
    },
    Date.parse(at) - Date.now()
  )
}
