/** Starts engine children with Node's own fork. */
import { fork } from 'node:child_process'
import type { LaunchEngine } from './engineProcess.ts'

/** `childPath`: engineChild, as a source file or built. */
export function createForkLauncher(childPath: string): LaunchEngine {
  return () => {
    const child = fork(childPath, [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // None of the parent's flags (an inspector's port, a test runner's loader) are meant for it.
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' }
    })
    // The fork may fail before there is a process; its exit is then never told.
    let failure: Error | null = null
    return {
      get pid() {
        return child.pid
      },
      send(message) {
        // A send to a dying child fails, and its exit says so better.
        if (child.connected) child.send(message, () => {})
      },
      onMessage: (listener) => void child.on('message', listener),
      onStderr(listener) {
        child.stderr?.setEncoding('utf8').on('data', listener)
        child.on('error', (error) => listener(error.message))
      },
      onExit(listener) {
        child.on('error', (error) => {
          if (child.pid !== undefined || failure) return
          failure = error
          listener({ code: null, signal: null })
        })
        child.on('exit', (code, signal) => listener({ code, signal }))
      },
      kill: () => void child.kill('SIGKILL')
    }
  }
}
