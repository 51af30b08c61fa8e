/** Would catch: a model's memory given to the wrong process, a shell or the user's own server taken for Ollama's, a peak for the present. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { damaged } from './damagedText.ts'
import { parseFootprint } from './parseFootprint.ts'
import { parseParentPid } from './parseProcessStatus.ts'
import {
  isOllamaServer,
  parseProcessRow,
  parseRunnerArguments,
  parseRunnerLine,
  splitCmdline,
  weightsKey
} from './parseRunner.ts'

const hex = (digit: string): string => digit.repeat(64)
const blob = `/home/tester/.ollama/models/blobs/sha256-${hex('a')}`
const spaced = `/Users/Some Body/.ollama/models/blobs/sha256-${hex('b')}`
const forms: [string, string[], object | null][] = [
  [
    'Ollama 0.7',
    ['/opt/homebrew/bin/ollama', 'runner', '--model', blob, '--ctx-size', '8192', '--no-mmap', '--port', '4321'],
    { program: 'ollama', weightsPath: blob }
  ],
  ["Ollama's own engine", ['/usr/bin/ollama', 'runner', '--ollama-engine', '--model', blob, '--port', '1'], {}],
  ['Ollama 0.17, in a home with a space', ['/usr/bin/ollama', 'runner', '--model', spaced], { weightsPath: spaced }],
  [
    'Ollama.app',
    ['/Applications/Ollama.app/Contents/Resources/ollama', 'runner', '--model', spaced, '--threads', '4'],
    { weightsPath: spaced }
  ],
  [
    'Ollama 0.30',
    ['/opt/ollama/lib/llama-server', '--model', blob, '--port', '5', '--host', '127.0.0.1', '-c', '8192', '-np', '2'],
    { program: 'llama-server', weightsPath: blob }
  ],
  [
    'MLX',
    ['ollama', 'runner', '--mlx-engine', '--model', 'qwen:0.6b', '--port', '7'],
    { weightsPath: null, modelName: 'qwen:0.6b' }
  ],
  ['the server itself', ['/usr/bin/ollama', 'serve'], null],
  ['a client', ['ollama', 'run', 'llama3', '--model', blob], null],
  ['a shell that starts one', ['/bin/sh', '-c', `/usr/bin/ollama runner --model ${blob}`], null],
  ['somebody who searches', ['grep', 'ollama runner --model'], null],
  ['a runner without a model', ['/usr/bin/ollama', 'runner', '--port', '1'], null],
  ['a model that is an option', ['/usr/bin/ollama', 'runner', '--model', '--port'], null],
  ['a program of a similar name', ['/usr/bin/ollama-webui', 'runner', '--model', blob], null]
]

describe('runner arguments', () => {
  it.each(forms)('of %s, one by one and in a line', (_, args, expected) => {
    for (const command of [parseRunnerArguments(args), parseRunnerLine(args.join(' '))]) {
      if (expected === null) expect(command).toBeNull()
      else expect(command).toMatchObject(expected)
    }
  })

  it('are split at zeros and read as UTF-8', () => {
    const args = ['/usr/bin/ollama', 'runner', '--model', '/home/jürgen/x.gguf', '']
    const latin1 = Buffer.from(`${args.join('\0')}\0`).toString('latin1')
    expect(splitCmdline(latin1)).toEqual(args)
    expect(splitCmdline('')).toEqual([])
  })

  it('name the server, however it was started', () => {
    expect(isOllamaServer(['/usr/local/bin/ollama', 'serve'])).toBe(true)
    expect(isOllamaServer('/Applications/Ollama.app/Contents/Resources/ollama serve')).toBe(true)
    expect(isOllamaServer('ollama serve')).toBe(true)
    for (const other of ['ollama run serve', '/bin/sh -c ollama serve', 'vim /x/ollama serve', 'ollama server'])
      expect(isOllamaServer(other)).toBe(false)
  })

  it('never throw, and name no path that is not there', () => {
    const line = `/usr/bin/ollama runner --model ${spaced} --ctx-size 4096`
    fc.assert(
      fc.property(damaged(line), (text) => {
        for (const command of [parseRunnerLine(text), parseRunnerArguments(text.split(' '))]) {
          if (command === null) continue
          const model = command.weightsPath ?? command.modelName ?? ''
          expect(model).not.toBe('')
          expect(text).toContain(model)
        }
      })
    )
  })

  it('of a hostile length cost no time', () => {
    const line = `/usr/bin/ollama runner${' --model x/blobs/sha256-'.repeat(20_000)}`
    const startedAt = performance.now()
    parseRunnerLine(line)
    isOllamaServer(`/a ${'/ollama '.repeat(50_000)}`)
    parseProcessRow(`1 2 3 ${' '.repeat(100_000)}`)
    expect(performance.now() - startedAt).toBeLessThan(500)
  })
})

describe('weights', () => {
  it('stored by content are the same wherever they lie, others only by their whole path', () => {
    expect(weightsKey(`/a/blobs/sha256-${hex('1')}`)).toBe(weightsKey(`/b/c/sha256-${hex('1')}`))
    expect(weightsKey(`/a/sha256-${hex('1')}`)).not.toBe(weightsKey(`/a/sha256-${hex('2')}`))
    expect(weightsKey('/a/model.gguf')).not.toBe(weightsKey('/b/model.gguf'))
    expect(weightsKey(`/a/sha256-${hex('1')}.gguf`)).toBe(`/a/sha256-${hex('1')}.gguf`)
  })
})

describe('ps -axo pid=,ppid=,rss=,args=', () => {
  it('is read column by column, the command as it stands', () => {
    expect(parseProcessRow('  4321     1  20480 /usr/bin/ollama serve  ')).toEqual({
      pid: 4321,
      parentPid: 1,
      residentBytes: 20_480 * 1024,
      command: '/usr/bin/ollama serve'
    })
  })

  it.each(['  PID  PPID RSS ARGS', '12 34', '0 1 2 kernel', '-1 2 3 x', '1 2 -3 x', '1 2 3K x', '', '1 2 3'])(
    'takes "%s" for no process',
    (line) => expect(parseProcessRow(line)).toBeNull()
  )

  it('never throws, never invents', () => {
    fc.assert(
      fc.property(damaged('  4321   77  20480 /usr/bin/ollama serve'), (text) => {
        const row = parseProcessRow(text)
        const written = new Set((text.match(/\d+/g) ?? []).map(Number))
        if (row === null) return
        expect([row.pid, row.parentPid, row.residentBytes / 1024].every((value) => written.has(value))).toBe(true)
      })
    )
  })
})

describe('PPid in /proc/PID/status', () => {
  it('is read, not guessed', () => {
    expect(parseParentPid('Name:\tollama\nPid:\t9\nPPid:\t7\nTracerPid:\t3\n')).toBe(7)
    expect(parseParentPid('Name:\tPPid: 3\n')).toBeNull()
    expect(parseParentPid('')).toBeNull()
  })
})

const frame = '='.repeat(70)
const footprint = (name: string, pid: number, now: string, peak: string): string =>
  `${frame}\n${name} [${pid}]: 64-bit    Footprint: ${now} (16384 bytes per page)\n${frame}\n\nAuxiliary data:\n    phys_footprint: ${now}\n    phys_footprint_peak: ${peak}\n`

describe('footprint', () => {
  it('is read per process, the present and not the peak', () => {
    const text = footprint('ollama', 77, '1048576 B', '9999999 B') + footprint('a [b] c', 78, '2048 KB', '3 GB')
    expect([...parseFootprint(text)]).toEqual([
      [77, 1_048_576],
      [78, 2_097_152]
    ])
  })

  it("leaves out who may not be looked into, and lends nobody a neighbour's figure", () => {
    const refused =
      'task_read_for_pid (?/?)  (ffffffff)\nfootprint: Unable to analyze process with pid 80 (try as root?)\n'
    expect([...parseFootprint(refused + footprint('x', 81, '5 B', '6 B')).keys()]).toEqual([81])
    const cut = `${frame}\nx [82]: 64-bit    Footprint: 7 B (16384 bytes per page)\n${refused}    phys_footprint: 9 B\n`
    expect(parseFootprint(cut).size).toBe(0)
  })

  it.each(['12,5 MB', '-5 B', '1.5 GB', '5', '5 TB', '9007199254740993 B', '[N/A]', '9007199254740991 KB'])(
    'takes "%s" for unknown',
    (amount) => expect(parseFootprint(footprint('x', 5, amount, '1 B')).size).toBe(0)
  )

  it('takes one figure per process: what comes after it without a heading belongs to nobody', () => {
    expect([...parseFootprint(`${footprint('x', 83, '5 B', '6 B')}    phys_footprint: 9 B\n`)]).toEqual([[83, 5]])
  })

  it('reads no table of categories, and no vmmap', () => {
    const table =
      '9310 MB        0 B          0 B        101    untagged (VM_ALLOCATE)\nPhysical footprint:         10.1G\n'
    expect(parseFootprint(table).size).toBe(0)
  })

  it('never throws, never invents', () => {
    fc.assert(
      fc.property(damaged(footprint('ollama', 77, '1884592 B', '1999999 B')), (text) => {
        const written = new Set((text.match(/\d+/g) ?? []).map(Number))
        for (const [pid, bytes] of parseFootprint(text)) {
          expect(written.has(pid)).toBe(true)
          expect([0, 10, 20, 30].some((power) => written.has(bytes / 2 ** power))).toBe(true)
        }
      })
    )
  })
})
