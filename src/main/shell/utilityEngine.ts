/**
 * Starts engine children as Electron utility processes. Nothing of it runs in the unit tests, which have no Electron: it is kept so
 * small that reading it is the test.
 */
import { utilityProcess } from 'electron'
import type { LaunchEngine } from '../providers/llamacpp/engineProcess.ts'

/** `childPath`: the built engineChild. */
export function createUtilityLauncher(childPath: string): LaunchEngine {
  return () => {
    const child = utilityProcess.fork(childPath, [], {
      serviceName: 'Stoker engine',
      stdio: ['ignore', 'ignore', 'pipe']
    })
    return {
      get pid() {
        return child.pid
      },
      send: (message) => child.postMessage(message),
      onMessage: (listener) => void child.on('message', listener),
      onStderr: (listener) => void child.stderr?.on('data', (part: Buffer) => listener(String(part))),
      onExit: (listener) => void child.on('exit', (code) => listener({ code, signal: null })),
      kill() {
        // child.kill() asks; an engine that hangs in a computation does not hear.
        if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      }
    }
  }
}
