/** Where a real Ollama is to be had: a server that answers, else an executable to start one with. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parseOllamaHost } from '../ollamaHost.ts'

export type FoundOllama = { kind: 'running'; url: string } | { kind: 'executable'; path: string }

/** Quick: two looks at the loopback, and a few at the disk. */
export async function findOllama(environment: NodeJS.ProcessEnv): Promise<FoundOllama | null> {
  for (const url of new Set([parseOllamaHost(environment['OLLAMA_HOST']), parseOllamaHost(undefined)])) {
    if (await answers(url)) return { kind: 'running', url }
  }
  const path = executables(environment).find(isExecutable)
  return path === undefined ? null : { kind: 'executable', path }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/version`, { signal: AbortSignal.timeout(1_500) })
    return response.ok && 'version' in ((await response.json()) as object)
  } catch {
    // Nothing there, or something else: either way there is no Ollama at this address.
    return false
  }
}

function executables(environment: NodeJS.ProcessEnv): string[] {
  const name = process.platform === 'win32' ? 'ollama.exe' : 'ollama'
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return [
    ...folders.map((folder) => join(folder, name)),
    join(goPath(environment), 'bin', name),
    '/Applications/Ollama.app/Contents/Resources/ollama'
  ]
}

function goPath(environment: NodeJS.ProcessEnv): string {
  try {
    return environment['GOPATH'] || execFileSync('go', ['env', 'GOPATH'], { encoding: 'utf8', timeout: 5_000 }).trim()
  } catch {
    return join(homedir(), 'go')
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
