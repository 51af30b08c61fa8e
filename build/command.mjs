// Runs other programs for the scripts beside it. Like all of them it needs nothing but Node 20: it is there before any package is.
import { spawn } from 'node:child_process'
import { setInterval } from 'node:timers'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The project's own Node, whatever the one is that runs these scripts. */
export const projectNode = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')

const toolFiles = {
  tsc: 'typescript/bin/tsc',
  eslint: 'eslint/bin/eslint.js',
  prettier: 'prettier/bin/prettier.cjs',
  vitest: 'vitest/vitest.mjs',
  playwright: '@playwright/test/cli.js',
  'electron-vite': 'electron-vite/bin/electron-vite.js'
}

/** The arguments with which the project's Node runs one of its tools: no shell and no shim in between. */
export function tool(name, ...args) {
  return [join(root, 'node_modules', toolFiles[name]), ...args]
}

/**
 * Runs a program to its end. Its output is kept for whoever wants it after a failure, or shown as it comes (`live`).
 * @returns {Promise<{ code: number, output: string, timedOut: boolean }>} a program that was killed or never started has code 1
 */
export function run(command, args, { env = {}, timeoutMs, live = false, cwd = root } = {}) {
  return new Promise((resolve) => {
    const plain = process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: '1' }
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...plain, ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    let output = ''
    let timedOut = false
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr]
    ]) {
      from.on('data', (part) => {
        output += String(part)
        if (live) to.write(part)
      })
    }
    const limit = timeoutMs && setTimeout(() => stop(child, () => (timedOut = true)), timeoutMs)
    child.on('error', (error) => {
      clearTimeout(limit)
      resolve({ code: 1, output: `${command}: ${error.message}`, timedOut })
    })
    child.on('close', (code) => {
      clearTimeout(limit)
      resolve({ code: code ?? 1, output, timedOut })
    })
  })
}

export function runTool(name, args, options) {
  return run(projectNode, tool(name, ...args), options)
}

/** Asks first, so that the program can end its own children. */
function stop(child, onStop) {
  onStop()
  child.kill('SIGTERM')
  setTimeout(() => child.kill('SIGKILL'), 5_000).unref()
}

/**
 * Runs a program in the person's own terminal, hands it the signals meant for it, and answers its exit code. npm starts its scripts
 * through a shell that dies of a signal without handing it on, so losing the parent means the same.
 */
export function hand(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    const parent = process.ppid
    const watch = setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500)
    watch.unref()
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`)
      resolve({ code: 1, signal: null })
    })
    child.on('exit', (code, signal) => resolve({ code: code ?? 1, signal }))
  })
}

/** The last lines of a program's output: enough to see why it failed. */
export function tail(output, lines = 40) {
  return output.trimEnd().split('\n').slice(-lines).join('\n')
}

/** "0:42" or "3:05", for a line that says how long something took. */
export function elapsed(sinceMs) {
  const seconds = Math.round((Date.now() - sinceMs) / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

export function firstExisting(paths) {
  return paths.find((path) => path && existsSync(path)) ?? null
}

/** Whether the script was started by itself rather than imported. */
export function isMain(url) {
  return process.argv[1] !== undefined && fileURLToPath(url) === process.argv[1]
}
