/** Would catch: a folder of a whole disk gone through to its end, and files left out without a word. */
import { describe, expect, it } from 'vitest'
import { droppedFiles } from './droppedFiles.ts'
import { maxFiles } from './inputLimits.ts'
import { sendFiles } from './sendInput.ts'

const fileEntry = (name: string) => ({
  name,
  isFile: true,
  file: (take: (file: Blob) => void) => take(new Blob([name]))
})

function folderEntry(name: string, children: { name: string }[]) {
  const pages = [children, []]
  return {
    name,
    isFile: false,
    createReader: () => ({ readEntries: (take: (entries: { name: string }[]) => void) => take(pages.shift() ?? []) })
  }
}

const drop = (...entries: { name: string }[]) =>
  ({ items: entries.map((entry) => ({ kind: 'file', webkitGetAsEntry: () => entry })), files: [] }) as never

describe('dropped files', () => {
  it('are named by their path, in the order a person counts, without what is hidden', async () => {
    const inner = folderEntry('b', [fileEntry('10.md'), fileEntry('9.md'), fileEntry('.DS_Store')])
    const found = await droppedFiles(drop(fileEntry('c.md'), folderEntry('.git', [fileEntry('x')]), inner))
    expect(found.map(({ name }) => name)).toEqual(['b/9.md', 'b/10.md', 'c.md'])
  })

  it('end soon after as many as are taken, and the rest is told of', async () => {
    const many = Array.from({ length: maxFiles + 10 }, (_, index) => fileEntry(`${index}`))
    const found = await droppedFiles(drop(folderEntry('all', many)))
    expect(found).toHaveLength(maxFiles + 1)
    const unread = found.map(({ name }) => ({ name, file: () => Promise.reject(new Error('gone')) }))
    const { left } = await sendFiles(unread, {
      add: () => Promise.reject(new Error('nothing is sent')),
      onProgress: () => undefined,
      signal: new AbortController().signal
    })
    expect(left[0]).toBe('what comes after the first 100,000 files')
  })
})
