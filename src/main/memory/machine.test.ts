/** Would catch: a machine named by noise, with the wrong size, or by its host name. */
import { describe, expect, it } from 'vitest'
import { describeMachine, shortenCpuName } from './machine.ts'

const KIB = 1024
const GIB = 2 ** 30

describe('describeMachine', () => {
  it.each([
    [{ platform: 'darwin', cpuModel: 'Apple M4', modelName: 'Mac mini', totalBytes: 32 * GIB }, 'Mac mini M4, 32 GB'],
    [{ platform: 'darwin', cpuModel: 'Apple M3 Max', modelName: null, totalBytes: 64 * GIB }, 'Apple M3 Max, 64 GB'],
    [{ platform: 'linux', cpuModel: 'AMD EPYC', totalBytes: 24_684_096 * KIB }, 'AMD EPYC, 24 GB'],
    [{ platform: 'linux', cpuModel: 'unknown', totalBytes: 65_700_000 * KIB }, 'Linux PC, 64 GB'],
    [{ platform: 'linux', cpuModel: '', totalBytes: 8_123_000 * KIB }, 'Linux PC, 8 GB'],
    [{ platform: 'linux', cpuModel: '', totalBytes: 1.5 * GIB, isContainer: true }, 'Linux PC, 1.5 GB, container'],
    [{ platform: 'linux', cpuModel: '', totalBytes: null }, 'Linux PC'],
    [{ platform: 'win32', cpuModel: null, totalBytes: 16 * GIB }, 'Windows PC, 16 GB']
  ])('%o is "%s"', (facts, words) => {
    expect(describeMachine(facts)).toBe(words)
  })
})

describe('shortenCpuName', () => {
  it.each([
    ['Intel(R) Core(TM) i7-9700K CPU @ 3.60GHz', 'Intel Core i7-9700K'],
    ['AMD Ryzen 9 7950X 16-Core Processor', 'AMD Ryzen 9 7950X'],
    ['AMD Ryzen 7 7840U w/ Radeon  780M Graphics', 'AMD Ryzen 7 7840U'],
    ['AMD RYZEN AI MAX+ 395 w/ Radeon 8060S', 'AMD RYZEN AI MAX+ 395'],
    ['13th Gen Intel(R) Core(TM) i5-1340P', 'Intel Core i5-1340P'],
    ['QEMU Virtual CPU version 2.5+', '']
  ])('%s -> %s', (model, short) => {
    expect(shortenCpuName(model)).toBe(short)
  })
})
