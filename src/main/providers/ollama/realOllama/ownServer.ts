/** A real Ollama of our own: on a free port, with its own folder, gone without a trace afterwards. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface OwnServer {
  url: string
  /** What the server logs; each engine it starts is a line there. */
  logPath: string
  stop(): Promise<void>
}

const startMs = 30_000
const stopMs = 10_000

export async function startOwnServer(executable: string, directory: string): Promise<OwnServer> {
  const host = `127.0.0.1:${await freePort()}`
  const logPath = join(directory, 'serve.log')
  const log = openSync(logPath, 'w')
  const child = spawn(executable, ['serve'], {
    // HOME too: the server writes a key there.
    env: {
      ...process.env,
      OLLAMA_HOST: host,
      OLLAMA_MODELS: join(directory, 'models'),
      HOME: directory,
      OLLAMA_KEEP_ALIVE: '5m',
      OLLAMA_DEBUG: '0'
    },
    stdio: ['ignore', log, log]
  })
  closeSync(log)
  // However this process ends, its server ends with it.
  const killWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const isOver = await Promise.race([ended.then(() => true), sleep(stopMs, false, { ref: false })])
    if (!isOver) child.kill('SIGKILL')
    await ended
    process.removeListener('exit', killWithUs)
  }
  for (const until = Date.now() + startMs; Date.now() < until && child.exitCode === null; await sleep(50)) {
    if (await isUp(`http://${host}`)) return { url: `http://${host}`, logPath, stop }
  }
  await stop()
  throw new Error(`${executable} serve did not answer; its log is ${logPath}`)
}

async function isUp(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false
  )
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
