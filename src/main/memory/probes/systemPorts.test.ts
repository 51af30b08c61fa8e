/** Would catch: half lines taken for whole ones, memory eaten by a line without end, a program found that cannot be run. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createLineSplitter } from './lineSplitter.ts'
import { createFilePorts, createProcessPorts } from './systemPorts.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'stoker-ports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function split(pieces: readonly string[]): string[] {
  const lines: string[] = []
  const take = createLineSplitter((line) => void lines.push(line))
  for (const piece of pieces) take(piece)
  return lines
}

describe('a command', () => {
  it('that cannot even be started has no answer, and fails nobody', async () => {
    const { run } = createProcessPorts(process.env, process.platform)
    expect(await run('true', ['x'.repeat(8 * 2 ** 20)], 5_000)).toBeNull()
    expect(await run('no such program', [], 5_000)).toBeNull()
  })
})

describe('lines', () => {
  it('are the same wherever the output is cut', () => {
    const text = 'one\ntwo\r\n\nfour\nunfinished'
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 5 }), (cuts) => {
        const ends = [0, ...cuts.sort((a, b) => a - b), text.length]
        expect(split(ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end)))).toEqual([
          'one',
          'two',
          '',
          'four'
        ])
      })
    )
  })

  it('that never end are dropped whole, and the next one is read again', () => {
    const long = 'x'.repeat(50_000)
    expect(split([long, long, long, 'tail\nnext\n'])).toEqual(['next'])
    expect(split([`${long}${long}\nnext\n`])).toEqual(['next'])
  })
})

describe('files', () => {
  it('are read from their beginning each time; missing ones and folders are null or empty', () => {
    const files = createFilePorts()
    writeFileSync(path.join(folder, 'value'), '42\n')
    expect([files.readText(path.join(folder, 'value')), files.readText(path.join(folder, 'value'))]).toEqual([
      '42\n',
      '42\n'
    ])
    expect(files.readText(path.join(folder, 'missing'))).toBeNull()
    expect(files.readText(folder)).toBeNull()
    expect(files.list(path.join(folder, 'missing'))).toEqual([])
  })
})

describe('the end of a file', () => {
  it('is read alone, whole where the file is shorter, null where there is none', () => {
    const files = createFilePorts()
    writeFileSync(path.join(folder, 'log'), `${'x'.repeat(100_000)}\nlast line\n`)
    expect(files.readTail(path.join(folder, 'log'), 10)).toBe('last line\n')
    expect(files.readTail(path.join(folder, 'log'), 1_000_000)).toHaveLength(100_011)
    expect(files.readTail(path.join(folder, 'missing'), 10)).toBeNull()
    expect(files.readTail(folder, 10)).toBeNull()
  })
})

describe('processes', () => {
  it('are alive while they run', () => {
    const { isAlive } = createProcessPorts({}, process.platform)
    expect([process.pid, process.ppid, 2 ** 22 + 7].map(isAlive)).toEqual([true, true, false])
  })
})

describe.skipIf(process.platform === 'win32')('programs', () => {
  const ports = createProcessPorts({ PATH: `${folder}/no-such:${folder}:/usr/bin:/bin` }, 'linux')

  it('are found only when they can be run', () => {
    writeFileSync(path.join(folder, 'plain'), '')
    mkdirSync(path.join(folder, 'directory'))
    writeFileSync(path.join(folder, 'program'), '#!/bin/sh\n')
    chmodSync(path.join(folder, 'program'), 0o755)
    expect(['plain', 'directory', 'missing', 'program'].map(ports.findExecutable)).toEqual([
      null,
      null,
      null,
      path.join(folder, 'program')
    ])
    expect(ports.findExecutable(path.join(folder, 'program'))).toBe(path.join(folder, 'program'))
  })

  it('that fail, hang or do not exist give null', async () => {
    expect(await ports.run('echo', ['hello'], 5_000)).toBe('hello\n')
    expect(await ports.run('false', [], 5_000)).toBeNull()
    expect(await ports.run('sleep', ['30'], 50)).toBeNull()
    expect(await ports.run('no-such-program', [], 5_000)).toBeNull()
  })

  it('that cannot be started end, once, and take what is written to them', async () => {
    const reasons: string[] = []
    await new Promise<void>((resolve) => {
      const end = (reason: string): void => {
        reasons.push(reason)
        setImmediate(resolve)
      }
      const child = ports.start('no-such-program', [], { line: () => {}, end })
      child.write('hello\n')
      child.kill()
    })
    expect(reasons).toHaveLength(1)
  })
})
