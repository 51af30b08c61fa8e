/** For the test that kills it: writes numbered samples, a second apart, as fast as it can, and says each one that is written. */
import { writeSync } from 'node:fs'
import { createHistoryRig, sampleAt } from './historyRig.ts'
import { testModel } from './testReadings.ts'

const [path = '', startAt = '', first = ''] = process.argv.slice(2)
let now = Number(startAt)
const { history } = createHistoryRig({ path, now: () => now })
for (let number = Number(first); ; number++) {
  now = Number(startAt) + number * 1_000
  const models = [testModel({ heldBytes: number * 10 })]
  history.add(sampleAt(now, { reading: { usedBytes: number, swapUsedBytes: number }, models }))
  writeSync(1, `${number}\n`)
}
