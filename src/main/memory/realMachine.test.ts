/** Would catch: a sampler that only works on made-up readings, and one grown dear. On the machine the tests run on. */
import os from 'node:os'
import { describe, expect, it } from 'vitest'
import { memorySampleSchema, type MemorySample } from '../../shared/memory.ts'
import { systemClock } from '../lib/clock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createHistoryRig } from './historyRig.ts'
import { createMemorySampler } from './memorySampler.ts'
import { createProcessMemoryReader } from './probes/linuxProcess.ts'
import { createPlatformProbe } from './probes/platformProbe.ts'
import { testModel } from './testReadings.ts'

describe.runIf(process.platform === 'linux')('the sampler on this machine', () => {
  const readProcess = createProcessMemoryReader()
  const samples: MemorySample[] = []
  let skippedMs = 0
  const clock = { now: () => systemClock.now() + skippedMs, after: systemClock.after }
  const sampler = createMemorySampler({
    probe: createPlatformProbe({ clock: systemClock, logger: silentLogger }),
    async readModels() {
      const memory = await readProcess(process.pid)
      if (memory === null) return []
      const { anonBytes, fileBytes } = memory
      return [testModel({ heldBytes: anonBytes + fileBytes, countedBytes: anonBytes })]
    },
    reserveBytes: () => 0,
    clock,
    logger: silentLogger,
    onSample: (sample) => void samples.push(sample),
    history: createHistoryRig({ now: clock.now }).history
  })

  it('gives a whole sample that the contract accepts', async () => {
    const sample = memorySampleSchema.parse(await sampler.current())
    expect(sample).toMatchObject({ isStale: false, quality: 'measured', warning: null })
    expect(sample.usedBytes).toBeGreaterThan(0)
    expect(sample.budgetBytes).toBeGreaterThan(0)
    expect(sample.otherBytes).toBeLessThan(sample.usedBytes ?? 0)
    expect(sample.totalBytes).toBeLessThanOrEqual(os.totalmem() * 1.01)
    expect(samples).toEqual([sample])
  })

  it('costs under 3 ms of CPU per sample: 0.3 % of a core at one a second', async () => {
    const before = process.cpuUsage()
    for (let sample = 0; sample < 100; sample++) {
      skippedMs += 1_000
      await sampler.current()
    }
    const { user, system } = process.cpuUsage(before)
    expect(samples).toHaveLength(101)
    expect((user + system) / 1000 / 100).toBeLessThan(3)
    await sampler.dispose()
  })
})
