/** A headless Stoker for a measurement: the built one, as a user starts it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

export interface BenchServer {
  /** With the token. */
  address: string
  /** From the start of the process to the printed address. */
  readyMs: number
  ask(route: string, input: unknown): Promise<unknown>
  /** Resident memory of the main process; null where the system does not tell. */
  residentBytes(): number | null
  stop(): Promise<void>
}

export async function startBenchServer(): Promise<BenchServer> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'stoker-bench-'))
  const startedAt = performance.now()
  const child = spawn(
    process.execPath,
    ['out/main/serve.js', '--serve', '--no-open', '--port', '0', '--data-dir', dataDirectory],
    {
      cwd: root,
      env: { ...process.env, OLLAMA_HOST: 'http://127.0.0.1:9', STOKER_ENGINE_THREADS: '1' },
      stdio: ['ignore', 'pipe', 'inherit']
    }
  )
  let output = ''
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (part) => {
      output += String(part)
      const found = /serving at (\S+)/.exec(output)?.[1]
      if (found) resolve(found)
    })
    child.once('exit', (code) => reject(new Error(`the server left with ${code}`)))
  })
  const readyMs = performance.now() - startedAt
  const { origin, searchParams } = new URL(address)
  return {
    address,
    readyMs,
    async ask(route, input) {
      const response = await fetch(`${origin}/rpc/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${searchParams.get('token')}` },
        body: JSON.stringify(input)
      })
      const answer = (await response.json()) as { ok: boolean; data: unknown; error?: { message: string } }
      if (!answer.ok) throw new Error(`${route}: ${answer.error?.message}`)
      return answer.data
    },
    residentBytes() {
      try {
        return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024
      } catch {
        return null
      }
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      rmSync(dataDirectory, { recursive: true, force: true })
    }
  }
}
