// The server as a person or a script meets it: a process, its lines, its exit codes, and nothing left when it is gone.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const entry = join(import.meta.dirname, 'serve.ts')
const started: ChildProcess[] = []
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoker-serve-'))
})
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  await rm(directory, { recursive: true, force: true, maxRetries: 3 })
})

interface Started {
  child: ChildProcess
  output(): { stdout: string; stderr: string }
  exit: Promise<number | null>
}

function start(...args: string[]): Started {
  // A port nobody listens on: these tests are not about a model server of this machine.
  const environment = { ...process.env, OLLAMA_HOST: 'http://127.0.0.1:9', DISPLAY: '' }
  const child = spawn(process.execPath, [entry, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (part) => (stdout += String(part)))
  child.stderr.on('data', (part) => (stderr += String(part)))
  return {
    child,
    output: () => ({ stdout, stderr }),
    exit: once(child, 'exit').then(([code]) => code as number | null)
  }
}

async function startServing(...args: string[]): Promise<Started & { address: string }> {
  const serving = start('--serve', '--no-open', '--port', '0', '--data-dir', join(directory, 'data'), ...args)
  await expect.poll(() => serving.output().stdout, { timeout: 40_000 }).toContain('\n')
  return { ...serving, address: serving.output().stdout.trim().split(' ').at(-1) ?? '' }
}

describe('a server', { timeout: 60_000 }, () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'says its address, answers, and ends on %s with nothing left',
    async (signal) => {
      const { child, output, exit, address } = await startServing()
      expect(output().stdout).toMatch(/^Stoker is serving at http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n$/)
      // OLLAMA_HOST names a server that is not there.
      await expect
        .poll(async () => (await fetch(new URL('/healthz', address))).json())
        .toEqual({ status: 'degraded', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
      const token = new URL(address).searchParams.get('token')
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const answer = await fetch(new URL('/rpc/models.list', address), { method: 'POST', headers, body: '{}' })
      expect(await answer.json()).toMatchObject({ ok: true, data: { models: [] } })

      const askedAt = performance.now()
      child.kill(signal)
      expect(await exit).toBe(0)
      expect(performance.now() - askedAt).toBeLessThan(3_000)
      await expect(fetch(new URL('/healthz', address))).rejects.toThrow()
      expect(output().stderr).toBe('')
    }
  )

  test('gives its token to programs that watch it, in a file for its owner alone', async () => {
    const tokenFile = join(directory, 'keys', 'token')
    const { address } = await startServing('--token-file', tokenFile)
    const token = await readFile(tokenFile, 'utf8')
    expect(token).toBe(new URL(address).searchParams.get('token'))
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600)
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(new URL('/metrics', address), { headers })).status).toBe(200)
    expect((await fetch(new URL('/metrics', address))).status).toBe(401)
  })

  test('a second one on the same folder says so and leaves, the first goes on', async () => {
    const first = await startServing()
    const second = start('--no-open', '--port', '0', '--data-dir', join(directory, 'data'))
    expect(await second.exit).toBe(3)
    expect(second.output().stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^Another Stoker already uses .*data/)
    ])
    expect((await fetch(new URL('/healthz', first.address))).status).toBe(200)
  })

  test('after a kill the folder is free again', async () => {
    const first = await startServing()
    first.child.kill('SIGKILL')
    await first.exit
    await startServing()
  })

  test('a folder that cannot be written to is said, and reading works', async () => {
    await writeFile(join(directory, 'file'), '')
    const { address, output } = await startServing('--data-dir', join(directory, 'file/data'))
    const headers = { authorization: `Bearer ${new URL(address).searchParams.get('token')}` }
    const { problems } = (await (await fetch(new URL('/healthz', address), { headers })).json()) as {
      problems: string[]
    }
    expect(problems[0]).toContain('file/data')
    expect(output().stderr).toContain('file/data')
    expect(output().stderr).not.toContain('    at ')
  })
})

describe('what cannot be done is one clear line', { timeout: 60_000 }, () => {
  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const { exit, output } = start('--no-open', '--port', String(port), '--data-dir', join(directory, 'data'))
    expect(await exit).toBe(4)
    expect(output()).toEqual({
      stdout: '',
      stderr: `Port ${port} is in use. Choose another with --port, or any free one with --port 0.\n`
    })
    other.close()
  })
  test('an address of another machine', async () => {
    const { exit, output } = start(
      '--no-open',
      '--port',
      '0',
      '--bind',
      '192.0.2.1',
      '--data-dir',
      join(directory, 'data')
    )
    expect(await exit).toBe(4)
    expect(output().stderr).toBe('192.0.2.1 is not an address of this machine. Check --bind.\n')
  })
  test('an unknown option', async () => {
    const { exit, output } = start('--prot', '1')
    expect(await exit).toBe(2)
    expect(output().stderr).toMatch(/^Unknown option '--prot'\.\n\nUsage:/)
  })
})

test('help and version need no core', { timeout: 60_000 }, async () => {
  const help = start('--help')
  expect(await help.exit).toBe(0)
  expect(help.output().stdout).toMatch(/^Usage:/)
  const version = start('--version')
  expect(await version.exit).toBe(0)
  expect(version.output().stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})
