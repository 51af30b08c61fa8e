/** The run that is killed, for the process that works on it and the test that looks at what is left. */
import { testChain, testStep } from '../../../shared/chainRig.ts'
import { openDatabase } from '../../storage/database.ts'
import { idOf } from './fakeModels.ts'
import { createRunRig, type RunRig } from './runRig.ts'

export const killRunId = 'run-to-kill'
export const killItems = 200

export const killChain = testChain([
  testStep('One', 'x {{input}}', { model: idOf('a') }),
  testStep('Two', 'y {{steps.One}}', { model: idOf('b') }),
  testStep('Three', 'z {{steps.Two}}', { model: idOf('a') })
])

export function killedOutput(item: number): string {
  return `a(z b(y a(x item ${item + 1})))`
}

export function createKillRig(path: string): RunRig {
  return createRunRig({ database: openDatabase(path).database, answerMs: 1 })
}
