/** A file that the page saves, in either target: a browser tells of its download, a window would ask where to put it. */
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StokerApp } from './stokerApp.ts'

export interface SavedFile {
  name: string
  text: string
  bytes: Buffer
}

/** What `save` makes the page save. */
export async function savedFile({ page, electron }: StokerApp, save: () => Promise<void>): Promise<SavedFile> {
  if (electron === null) {
    const coming = page.waitForEvent('download')
    await save()
    const download = await coming
    return savedAs(download.suggestedFilename(), await readFile(await download.path()))
  }
  const path = join(await mkdtemp(join(tmpdir(), 'stoker-saved-')), 'saved')
  // Answers once it is listening: the name of the file then comes as the answer of the second question.
  await electron.evaluate(({ session }, target) => {
    const saved = new Promise<string>((resolve, reject) => {
      session.defaultSession.once('will-download', (_event, item) => {
        item.setSavePath(target)
        const name = item.getFilename()
        item.once('done', (_done, state) => (state === 'completed' ? resolve(name) : reject(new Error(state))))
      })
    })
    Object.assign(globalThis, { saved })
  }, path)
  await save()
  const name = await electron.evaluate(() => (globalThis as unknown as { saved: Promise<string> }).saved)
  return savedAs(name, await readFile(path))
}

function savedAs(name: string, bytes: Buffer): SavedFile {
  return { name, bytes, text: bytes.toString('utf8') }
}
