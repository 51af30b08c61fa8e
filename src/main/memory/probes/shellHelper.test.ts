/** Would catch: answers given to the wrong question, a stuck command that blocks for ever, processes left behind. Uses a real /bin/sh. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createFakeClock } from '../../lib/fakeClock.ts'
import { silentLogger } from '../../lib/logger.ts'
import { createShellHelper } from './shellHelper.ts'
import { createTestTools, isAlive, patient, type TestTools } from './testTools.ts'

const open: TestTools[] = []
afterEach(() => {
  for (const tools of open.splice(0)) tools.remove()
})

function setUp() {
  const tools = createTestTools(process.platform)
  open.push(tools)
  tools.tool('stuck', 'exec sleep 60')
  const clock = createFakeClock()
  const commands = { one: 'echo first; echo second', two: 'echo 2; false', none: 'true', stuck: 'stuck' } as const
  const helper = createShellHelper({ commands, processes: tools.processes, clock, logger: silentLogger })
  return { tools, clock, helper }
}

describe.skipIf(process.platform === 'win32')('shell helper', () => {
  it('answers each question with its own lines, in any order asked', async () => {
    const { helper } = setUp()
    helper.run(true)
    const answers = await Promise.all([
      helper.ask('two', 1_000),
      helper.ask('one', 1_000),
      helper.ask('none', 1_000),
      helper.ask('two', 1_000)
    ])
    expect(answers).toEqual([['2'], ['first', 'second'], [], ['2']])
    await helper.dispose()
    expect(await helper.ask('one', 1_000)).toBeNull()
  })

  it('gives up on a command that hangs, ends it, and works again a second later', async () => {
    const { tools, clock, helper } = setUp()
    helper.run(true)
    const stuck = helper.ask('stuck', 1_500)
    const behind = helper.ask('one', 1_500)
    await vi.waitFor(() => expect(tools.started('stuck')).toHaveLength(1), patient)
    await clock.advance(1_500)
    expect(await stuck).toBeNull()
    expect(await behind).toBeNull()
    await vi.waitFor(() => expect(tools.started('stuck').some(isAlive)).toBe(false), patient)
    await clock.advance(1_000)
    expect(await helper.ask('one', 1_500)).toEqual(['first', 'second'])
    await helper.dispose()
  })

  it('answers null while it is not wanted', async () => {
    const { helper } = setUp()
    expect(await helper.ask('one', 1_000)).toBeNull()
    helper.run(true)
    helper.run(false)
    expect(await helper.ask('one', 1_000)).toBeNull()
  })
})
