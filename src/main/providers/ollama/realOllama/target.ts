/** What the suite runs against, handed to its process in one environment variable. */
import type { TestModels } from './testModels.ts'

export interface Target {
  url: string
  models: TestModels
  /** Only a server of our own has a log we can read. */
  logPath: string | null
}

const variable = 'STOKER_TEST_OLLAMA'

export function writeTarget(target: Target): void {
  process.env[variable] = JSON.stringify(target)
}

export function readTarget(): Target {
  return JSON.parse(process.env[variable] ?? '') as Target
}
