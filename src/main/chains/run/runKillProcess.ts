/** For the test that kills it: begins a run on a file, or goes on with it, and says every question that it asks. */
import { writeSync } from 'node:fs'
import { createKillRig, killChain, killItems, killRunId } from './runKillRig.ts'
import { script } from './runRig.ts'

const [path = ''] = process.argv.slice(2)
const rig = createKillRig(path)
rig.settings.itemsAtOnce = 2
rig.models.answer = async (name, { prompt }) => {
  writeSync(1, `${prompt}\n`)
  // As an answer takes a moment, so that a kill comes in the middle of one.
  await new Promise((resolve) => setTimeout(resolve, 1))
  return `${name}(${prompt})`
}
rig.service.start()
const work =
  rig.store.get(killRunId) === null
    ? rig.begin(killChain, killItems, { operationId: killRunId })
    : rig.until(rig.service.resume(killRunId, {}, script))
const run = await work
writeSync(1, `ended ${run.status}\n`)
rig.database.close()
