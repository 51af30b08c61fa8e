/** Says a trouble once when it begins and once when it is over, instead of once a second. */
import type { Logger } from '../lib/logger.ts'

export interface TroubleLog {
  report(trouble: unknown): void
  clear(): void
}

export function createTroubleLog(logger: Logger, words: string): TroubleLog {
  let isTroubled = false
  return {
    report(trouble) {
      if (!isTroubled) logger.warn(words, trouble)
      isTroubled = true
    },
    clear() {
      if (isTroubled) logger.info(`${words}: over`)
      isTroubled = false
    }
  }
}
