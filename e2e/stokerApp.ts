/** Starts the real app for one test, with its own data folder: the headless server in Chromium, or the Electron window. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type Browser, type ElectronApplication, type Page } from '@playwright/test'
import type { Answer, Input, Output, Route } from '../src/shared/contract.ts'

const root = resolve(import.meta.dirname, '..')
const addressLine = /serving at (http:\/\/[^\s/]+)\/\?token=([\w-]+)/

export interface StokerApp {
  readonly page: Page
  readonly dataDirectory: string
  readonly modelsDirectory: string
  /** Asks the core directly, past the page; throws what it refuses. */
  ask<R extends Route>(route: R, input: Input<R>): Promise<Output<R>>
  /** The process whose end is the app's end. */
  readonly process: ChildProcess
  /** Only in the Electron window. */
  readonly electron: ElectronApplication | null
  /** Only in the headless server. */
  readonly address: { origin: string; token: string } | null
  /** Ends the app as a user would, and answers the exit code (null when it had to be killed). */
  quit(): Promise<number | null>
}

export interface StartOptions {
  environment?: Record<string, string>
  /** A folder to go on with, for restarts. */
  dataDirectory?: string
  colorScheme?: 'light' | 'dark'
  viewport?: { width: number; height: number }
}

interface RigFile {
  executablePath: string
  args: string[]
  env: Record<string, string>
}

/** A port nobody listens on stands for "no Ollama here", whatever runs on this machine. */
const noOllama = 'http://127.0.0.1:9'

function environmentFor(options: StartOptions, dataDirectory: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !entry[0].startsWith('STOKER_') && entry[0] !== 'ELECTRON_RUN_AS_NODE'
  )
  return {
    ...Object.fromEntries(inherited),
    OLLAMA_HOST: noOllama,
    STOKER_DATA_DIR: dataDirectory,
    STOKER_ENGINE_THREADS: '1',
    ...options.environment
  }
}

export async function startInBrowser(browser: Browser, options: StartOptions = {}): Promise<StokerApp> {
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'stoker-e2e-'))
  const child = spawn(
    process.execPath,
    ['out/main/serve.js', '--serve', '--no-open', '--port', '0', '--data-dir', dataDirectory],
    {
      cwd: root,
      env: environmentFor(options, dataDirectory),
      stdio: ['ignore', 'pipe', 'pipe']
    }
  )
  const address = await addressOf(child)
  const context = await browser.newContext({
    colorScheme: options.colorScheme ?? 'light',
    viewport: options.viewport ?? { width: 1280, height: 800 }
  })
  const page = await context.newPage()
  await page.goto(`${address.origin}/?token=${address.token}`)
  return {
    page,
    dataDirectory,
    modelsDirectory: join(dataDirectory, 'models'),
    process: child,
    electron: null,
    address,
    async ask(route, input) {
      const response = await fetch(`${address.origin}/rpc/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${address.token}` },
        body: JSON.stringify(input)
      })
      return unwrap(route, (await response.json()) as Answer<Output<typeof route>>)
    },
    async quit() {
      // The server ends even where the browser does not close in order.
      await context.close().catch((error: unknown) => console.error(error))
      return endProcess(child)
    }
  }
}

export async function startInElectron(options: StartOptions = {}): Promise<StokerApp> {
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'stoker-e2e-'))
  const rig = rigFile()
  const electron = await _electron.launch({
    ...(rig ? { executablePath: rig.executablePath, args: rig.args } : { args: [root, '--no-sandbox'] }),
    env: { ...environmentFor(options, dataDirectory), ...rig?.env }
  })
  const page = await electron.firstWindow()
  const child = electron.process()
  return {
    page,
    dataDirectory,
    modelsDirectory: join(dataDirectory, 'models'),
    process: child,
    electron,
    address: null,
    async ask(route, input) {
      const window = electron.windows()[0] ?? page
      const answer = await window.evaluate(([name, body]) => globalThis.window.stoker?.request(String(name), body), [
        route,
        input
      ] as const)
      return unwrap(route, answer as Answer<Output<typeof route>>)
    },
    async quit() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = once(child, 'exit')
      await electron.evaluate(({ app }) => app.quit()).catch(() => {})
      const timer = setTimeout(() => child.kill('SIGKILL'), 8_000)
      await ended
      clearTimeout(timer)
      return child.exitCode
    }
  }
}

/** What the Electron specs run on: a prepared older Electron, or null for the project's own binary. */
export function rigFile(): RigFile | null {
  const path = process.env['STOKER_E2E_ELECTRON']
  return path && existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RigFile) : null
}

export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 })
}

function unwrap<Data>(route: string, answer: Answer<Data> | undefined): Data {
  if (answer?.ok) return answer.data
  throw new Error(`${route}: ${answer?.error.message ?? 'no answer'}`)
}

async function addressOf(child: ChildProcess): Promise<{ origin: string; token: string }> {
  let output = ''
  return new Promise((resolve, reject) => {
    const read = (part: Buffer): void => {
      output += String(part)
      const found = addressLine.exec(output)
      if (found?.[1] && found[2]) resolve({ origin: found[1], token: found[2] })
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', (part: Buffer) => (output += String(part)))
    child.once('exit', (code) => reject(new Error(`the server left with ${code}: ${output.slice(-2_000)}`)))
  })
}

async function endProcess(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 8_000)
  await ended
  clearTimeout(timer)
  return child.exitCode
}
