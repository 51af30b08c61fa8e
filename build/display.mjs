// A display for a window on a machine without one: Xvfb on whatever number is free.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** @returns {Promise<{ display: string, close: () => void } | null>} null where Xvfb is missing */
export async function openDisplay() {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe']
  })
  // Xvfb writes the number when it can be used; one that is missing or fails closes the pipe instead.
  const [answer] = await Promise.race([
    once(child.stdio[3], 'data'),
    once(child, 'exit'),
    once(child, 'error').catch((error) => [error])
  ])
  if (!(answer instanceof Uint8Array)) return null
  return { display: `:${String(answer).trim()}`, close: () => child.kill() }
}
