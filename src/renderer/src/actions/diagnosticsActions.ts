/** Everything a person can do on the Diagnostics screen, with what is said when it fails. What was found comes by events. */
import type { ModelId } from '../../../shared/model.ts'
import { request } from '../host/client.ts'
import { isConnectedFor, notifyDone, notifyFailure } from './notify.ts'
import { saveFile } from './saveFile.ts'

async function attempt(what: string, work: () => Promise<void>): Promise<void> {
  if (!isConnectedFor(what)) return
  try {
    await work()
  } catch (thrown) {
    notifyFailure(what, thrown)
  }
}

export function checkMachine(): Promise<void> {
  return attempt('This machine was not checked', async () => {
    await request('diagnostics.run', {})
  })
}

/** `ids` left out: every installed model. */
export function testModels(ids?: ModelId[]): Promise<void> {
  return attempt('The models were not tested', async () => {
    await request('diagnostics.bench', ids === undefined ? {} : { ids })
  })
}

export function exportDiagnostics(format: 'json' | 'markdown'): Promise<void> {
  return attempt('The diagnostics were not exported', async () => {
    const { fileName, text } = await request('diagnostics.export', { format })
    saveFile(fileName, text, format === 'json' ? 'application/json' : 'text/markdown')
    notifyDone(`${fileName} was exported.`)
  })
}
