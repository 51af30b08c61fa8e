/** The real outside world for probes: small synchronous file reads, child processes that speak in lines. */
import { execFile, spawn } from 'node:child_process'
import { accessSync, closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createLineSplitter } from './lineSplitter.ts'
import type { ChildListener, FilePorts, LineChild, ProcessPorts, SystemFacts } from './ports.ts'

/** An app started from the Dock may have a shorter PATH than a terminal. */
const macToolFolders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']

const MAX_FILE_BYTES = 64 * 1024
/** A list of every process with its arguments is the longest that is asked for. */
const MAX_OUTPUT_BYTES = 16 * 2 ** 20

/** One buffer for all reads: they are synchronous, so no two overlap, and a tick allocates nothing but its text. */
export function createFilePorts(): FilePorts {
  const buffer = Buffer.alloc(MAX_FILE_BYTES)
  return {
    readText: (file) => readPiece(file, buffer, null),
    readTail: (file, maxBytes) => readPiece(file, Buffer.alloc(maxBytes), (size) => Math.max(0, size - maxBytes)),
    list(folder) {
      try {
        return readdirSync(folder)
      } catch {
        return []
      }
    }
  }
}

function readPiece(file: string, buffer: Buffer, from: ((size: number) => number) | null): string | null {
  let descriptor: number | null = null
  try {
    descriptor = openSync(file, 'r')
    const at = from === null ? 0 : from(fstatSync(descriptor).size)
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, at))
  } catch {
    return null
  } finally {
    if (descriptor !== null) closeSync(descriptor)
  }
}

export function createProcessPorts(environment: NodeJS.ProcessEnv, platform: string): ProcessPorts {
  const searchPath = [environment['PATH'] ?? '', ...(platform === 'darwin' ? macToolFolders : [])].join(path.delimiter)
  // Some tools print decimal commas and translated words otherwise.
  const env = { ...environment, PATH: searchPath, LC_ALL: 'C' }
  return {
    start: (command, args, listener) => startChild(command, args, env, platform, listener),
    run: (command, args, timeoutMs) =>
      new Promise((resolve) => {
        const options = {
          env,
          timeout: timeoutMs,
          maxBuffer: MAX_OUTPUT_BYTES,
          killSignal: 'SIGKILL' as const,
          windowsHide: true,
          encoding: 'utf8' as const
        }
        try {
          execFile(command, args, options, (error, stdout) => resolve(error ? null : stdout))
        } catch {
          // Without memory for another process Node throws instead of telling.
          resolve(null)
        }
      }),
    findExecutable: (name) => findExecutable(name, searchPath, platform),
    isAlive
  }
}

export function readSystemFacts(): SystemFacts {
  return {
    platform: process.platform,
    release: os.release(),
    cpuModel: os.cpus()[0]?.model ?? '',
    totalBytes: os.totalmem(),
    freeBytes: () => os.freemem(),
    homeDirectory: os.homedir()
  }
}

function startChild(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  platform: string,
  listener: ChildListener
): LineChild {
  const ownsGroup = platform !== 'win32'
  // A group of its own, so that a stuck helper dies together with what it had started.
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'ignore'], detached: ownsGroup, windowsHide: true })
  const split = createLineSplitter(listener.line)
  let hasEnded = false
  const end = (reason: string): void => {
    if (hasEnded) return
    hasEnded = true
    listener.end(reason)
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => split(text))
  child.on('error', (error) => end(error.message))
  child.on('close', (code, signal) =>
    end(signal === null ? `it ended with code ${code ?? 'unknown'}` : `it was ended by ${signal}`)
  )
  // Writing to a child that just ended is no error of ours: its end is told by `close`.
  child.stdin.on('error', () => {})
  return {
    write: (text) => void child.stdin.write(text),
    kill() {
      if (hasEnded || child.pid === undefined) return
      try {
        if (ownsGroup) process.kill(-child.pid, 'SIGKILL')
        else child.kill('SIGKILL')
      } catch {
        // It ended between the check and the signal.
      }
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process may be seen, not signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function findExecutable(name: string, searchPath: string, platform: string): string | null {
  const names = platform === 'win32' && !name.endsWith('.exe') ? [`${name}.exe`] : [name]
  const folders = path.isAbsolute(name) ? [''] : searchPath.split(path.delimiter).filter((folder) => folder !== '')
  for (const folder of folders) {
    for (const candidate of names) {
      const file = path.join(folder, candidate)
      if (isExecutable(file)) return file
    }
  }
  return null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
