/** Would catch: the user's own llama-server taken for Ollama's, a reused process number, a refused footprint that hides the others. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { FilePorts } from './ports.ts'
import { createLinuxRunnerProbe } from './runnerProcessesLinux.ts'
import { createMacRunnerProbe } from './runnerProcessesMac.ts'
import { createFilePorts } from './systemPorts.ts'
import { createTestTools, patient } from './testTools.ts'

const blob = (digit: string): string => `/models/blobs/sha256-${digit.repeat(64)}`
const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

interface FakeProcess {
  args: string[]
  parent: number
  /** 0: an old kernel, or one that ended, which tell no such thing. */
  anonKib?: number
  state?: string
}

function procFiles(processes: Record<number, FakeProcess>): FilePorts {
  return {
    readText(file) {
      const [, pid, name] = /^\/proc\/(\d+)\/(cmdline|status)$/.exec(file) ?? []
      const found = processes[Number(pid)]
      if (found === undefined) return null
      if (name === 'cmdline') return found.args.map((arg) => `${arg}\0`).join('')
      const memory = `RssAnon:\t ${found.anonKib ?? 1_000} kB\nRssFile:\t 500 kB\nRssShmem:\t 0 kB\n`
      return `Name:\tx\nState:\t${found.state ?? 'S (sleeping)'}\nPPid:\t${found.parent}\n${found.anonKib === 0 ? '' : memory}`
    },
    readTail: () => null,
    list: (folder) => (folder === '/proc' ? [...Object.keys(processes), 'self', 'meminfo', 'sys'] : [])
  }
}

const machine: Record<number, FakeProcess> = {
  1: { args: ['/sbin/init'], parent: 0 },
  2: { args: [], parent: 0 },
  10: { args: ['/usr/bin/ollama', 'serve'], parent: 1 },
  11: { args: ['/usr/bin/ollama', 'runner', '--model', blob('a'), '--port', '5'], parent: 10, anonKib: 2_000 },
  12: { args: ['/usr/lib/ollama/llama-server', '--model', blob('b'), '--port', '6'], parent: 10 },
  13: { args: ['/home/me/llama-server', '--model', blob('b')], parent: 1 },
  14: { args: ['ollama', 'runner', '--mlx-engine', '--model', 'qwen:0.6b', '--port', '7'], parent: 10 },
  15: { args: ['/usr/bin/ollama', 'run', 'qwen'], parent: 1 },
  // Left behind by a server that died, and somebody else's under that name.
  16: { args: ['/usr/bin/ollama', 'runner', '--model', blob('a'), '--port', '8'], parent: 1 },
  17: { args: ['ollama', 'runner', '--mlx-engine', '--model', 'qwen:0.6b'], parent: 18 },
  18: { args: ['-bash'], parent: 1 }
}

describe('runners on Linux', () => {
  it("are Ollama's engines and nobody else's", async () => {
    expect(await createLinuxRunnerProbe(procFiles(machine)).find()).toEqual([
      { pid: 11, parentPid: 10, weightsPath: blob('a'), modelName: null },
      { pid: 12, parentPid: 10, weightsPath: blob('b'), modelName: null },
      { pid: 14, parentPid: 10, weightsPath: null, modelName: 'qwen:0.6b' }
    ])
  })

  it('are those of a server that was started by its other name, too', async () => {
    const started = { ...machine, 10: { args: ['/usr/bin/ollama', 'start'], parent: 1 } }
    expect((await createLinuxRunnerProbe(procFiles(started)).find()).map(({ pid }) => pid)).toEqual([11, 12, 14])
  })

  it('hold nothing once their number belongs to another process, their server left them, or they wait to be collected', () => {
    const read = (change: Record<number, FakeProcess>) =>
      createLinuxRunnerProbe(procFiles({ ...machine, ...change })).memoryOf({ pid: 11, parentPid: 10 })
    expect(read({})).toEqual({ anonBytes: 2_000 * 1024, fileBytes: 500 * 1024 })
    expect(read({ 11: { args: ['/bin/bash'], parent: 99, anonKib: 9 } })).toBeNull()
    expect(read({ 11: { args: [], parent: 10, anonKib: 0 } })).toBeNull()
    expect(createLinuxRunnerProbe(procFiles({})).memoryOf({ pid: 11, parentPid: 10 })).toBeNull()
  })

  it('are alive until they are gone, a zombie is not; a system that tells no memory has not ended them', () => {
    const zombie = { args: [], parent: 10, anonKib: 0, state: 'Z (zombie)' }
    const silent = { args: [], parent: 10, anonKib: 0 }
    const probe = createLinuxRunnerProbe(procFiles({ ...machine, 19: zombie, 20: silent }))
    expect([11, 19, 20, 21].map(probe.isAlive)).toEqual([true, false, true, false])
  })
})

describe.runIf(process.platform === 'linux')('a runner on this machine', () => {
  it('is found among all processes, read, and seen to end', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'stoker-runner-'))
    // A shell under Ollama's name that reads scripts called "serve" and "runner".
    symlinkSync('/bin/sh', path.join(folder, 'ollama'))
    writeFileSync(path.join(folder, 'serve'), './ollama runner --model "$1"\nread -r line\n')
    writeFileSync(path.join(folder, 'runner'), 'read -r line\n')
    const server = spawn('./ollama', ['serve', blob('f')], { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] })
    ends.push(() => {
      server.stdin.end()
      server.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    })
    const probe = createLinuxRunnerProbe(createFilePorts())
    const mine = await vi.waitFor(async () => {
      const found = (await probe.find()).find(({ weightsPath }) => weightsPath === blob('f'))
      expect(found).toMatchObject({ parentPid: server.pid, modelName: null })
      return found ?? { pid: 0, parentPid: 0 }
    }, patient)
    expect(probe.memoryOf(mine)?.anonBytes).toBeGreaterThan(0)
    server.stdin.write('go\n')
    await vi.waitFor(() => expect(probe.isAlive(mine.pid)).toBe(false), patient)
    expect(probe.memoryOf(mine)).toBeNull()
  })
})

describe.runIf(process.platform === 'linux')('runners on a Mac, with made-up tools', () => {
  const rows = [
    '    1     0   9000 /sbin/launchd',
    '  500     1  52000 /Applications/Ollama.app/Contents/Resources/ollama serve',
    `  501   500   2128 /Applications/Ollama.app/Contents/Resources/ollama runner --model /Users/A B${blob('a')} --port 5`,
    `  502   500   2128 /Applications/Ollama.app/Contents/Resources/llama-server --model ${blob('b')} --port 6 -c 4096`,
    `  503     1   2128 /opt/homebrew/bin/llama-server --model ${blob('c')}`,
    `  504     1   2128 /Applications/Ollama.app/Contents/Resources/ollama runner --model ${blob('b')} --port 7`
  ]

  function setUp(footprint: string) {
    const tools = createTestTools('darwin')
    tools.file('rows', rows.join('\n'))
    tools.tool('ps', 'cat "$here/rows"')
    tools.tool('footprint', footprint)
    ends.push(tools.remove)
    return { tools, probe: createMacRunnerProbe({ processes: tools.processes, isAlive: () => true }) }
  }

  it("are Ollama's engines and nobody else's", async () => {
    expect(await setUp('exit 1').probe.find()).toEqual([
      { pid: 501, parentPid: 500, weightsPath: `/Users/A B${blob('a')}`, modelName: null },
      { pid: 502, parentPid: 500, weightsPath: blob('b'), modelName: null }
    ])
  })

  it('tell what they hold in one call, as far as they may be looked into', async () => {
    const { tools, probe } = setUp(
      'echo "$*" >> "$here/asked"; echo "x [501]: 64-bit    Footprint: 7 B (16384 bytes per page)"; ' +
        'echo "    phys_footprint: 7 B"; echo "footprint: Unable to analyze process with pid 502 (try as root?)" >&2; exit 1'
    )
    expect([...(await probe.footprintsOf([501, 502]))]).toEqual([[501, 7]])
    expect(await tools.processes.run('cat', [path.join(tools.folder, 'asked')], 5_000)).toBe(
      '-f bytes --noCategories -p 501 -p 502\n'
    )
    expect((await probe.footprintsOf([])).size).toBe(0)
    expect(tools.started('footprint')).toHaveLength(1)
  })

  it('are nobody where there is no such tool', async () => {
    const { tools, probe } = setUp('exit 1')
    tools.tool('ps', 'exit 1')
    expect(await probe.find()).toEqual([])
    expect((await probe.footprintsOf([1])).size).toBe(0)
  })
})
