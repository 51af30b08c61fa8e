// A process that cannot be ended, or that ends without ending its children, is what people remember of an app.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const module = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)

/** A process that says "ready", and on leaving runs `onLeave`, then `body`. */
async function start(
  onLeave: string,
  body = ''
): Promise<{ child: ChildProcess; output(): string; exit: Promise<number | null> }> {
  const source = `
    import { systemClock } from ${module('../lib/clock.ts')}
    import { createLogger } from ${module('../lib/logger.ts')}
    import { leaveOnSignals } from ${module('./leaveOnSignals.ts')}
    const say = (text) => process.stdout.write(text + '\\n')
    const { onLeave, leave } = leaveOnSignals(systemClock, createLogger())
    onLeave(${onLeave})
    setInterval(() => {}, 1_000)
    say('ready')
    ${body}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'ignore'] })
  let output = ''
  child.stdout.on('data', (part) => (output += String(part)))
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  await expect.poll(() => output, { timeout: 15_000 }).toContain('ready')
  return { child, output: () => output, exit }
}

test('what was started last is ended first, and each is waited for', async () => {
  const { child, output, exit } = await start(
    `async () => { await null; say('first') }`,
    `onLeave(() => say('second'))`
  )
  child.kill('SIGTERM')
  expect(await exit).toBe(0)
  expect(output()).toBe('ready\nsecond\nfirst\n')
})

test('what never ends holds the process for less than three seconds', async () => {
  const { child, exit } = await start('() => new Promise(() => {})')
  const askedAt = performance.now()
  child.kill('SIGTERM')
  // The same signal from several sides at once is one.
  child.kill('SIGINT')
  expect(await exit).toBe(0)
  const tookMs = performance.now() - askedAt
  expect(tookMs).toBeGreaterThan(2_000)
  expect(tookMs).toBeLessThan(3_000)
})

test('a second signal, sent later, does not wait', async () => {
  const { child, exit } = await start('() => new Promise(() => {})')
  const askedAt = performance.now()
  child.kill('SIGTERM')
  setTimeout(() => child.kill('SIGTERM'), 1_300)
  expect(await exit).toBe(1)
  expect(performance.now() - askedAt).toBeLessThan(2_300)
})

test('a failure nobody caught still ends everything, and is a failure', async () => {
  const { output, exit } = await start(`() => say('ended')`, `setTimeout(() => { throw new Error('x') }, 10)`)
  expect(await exit).toBe(1)
  expect(output()).toContain('ended')
})

test('a promise nobody waited for ends nothing', async () => {
  const { child, output, exit } = await start(
    `() => say('ended')`,
    `void Promise.reject(new Error('x')); setTimeout(() => say('alive'), 50)`
  )
  await expect.poll(output).toContain('alive')
  child.kill('SIGTERM')
  expect(await exit).toBe(0)
})

test('what fails because everything is being ended changes neither the code nor the end', async () => {
  const { child, output, exit } = await start(
    `() => new Promise((resolve) => setTimeout(resolve, 100))`,
    `process.on('SIGTERM', () => void leave(4, 'too late'))`
  )
  child.kill('SIGTERM')
  expect(await exit).toBe(0)
  expect(output()).toBe('ready\n')
})
