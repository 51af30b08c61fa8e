/** Would catch: a folder of a whole disk gone through to its end, and files left out without a word. */
import { describe, expect, it } from 'vitest'
import type { InputSet, RunInput } from '../../../../shared/run.ts'
import { droppedFiles } from './droppedFiles.ts'
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
    const files = ['1', '2', '3', '4', '5', '6'].map(fileEntry)
    const found = await droppedFiles(drop(folderEntry('all', files)), 3)
    expect(found).toHaveLength(4)
    const sent: string[] = []
    const sender = {
      add(input: RunInput) {
        if (input.kind === 'files') sent.push(...input.files.map(({ text }) => text))
        return Promise.resolve({} as InputSet)
      },
      onProgress: () => undefined,
      signal: new AbortController().signal
    }
    const { left } = await sendFiles(found, sender, 3)
    expect([sent, left]).toEqual([['1', '2', '3'], ['what comes after the first 3 files']])
  })
})
