/** Cores, not threads: counting threads made a model thirty times slower. */
import { expect, test } from 'vitest'
import { countCores } from './physicalCores.ts'

const processor = (number: number, socket: number, core: number): string =>
  `processor\t: ${number}\nmodel name\t: A processor\nphysical id\t: ${socket}\nsiblings\t: 4\ncore id\t\t: ${core}\n`

test('two threads of one core are one, core 0 of two sockets are two', () => {
  const cpuInfo = [processor(0, 0, 0), processor(1, 0, 0), processor(2, 1, 0), processor(3, 1, 1)].join('\n')
  expect(countCores(cpuInfo, 4, 'x64')).toBe(3)
})

test.each([
  ['no file on x64', null, 8, 'x64', 4],
  ['no file on ARM', null, 10, 'arm64', 10],
  ['a file without core ids', 'processor\t: 0\nBogoMIPS\t: 48.00\n', 4, 'arm64', 4],
  ['one thread', null, 1, 'x64', 1]
])('%s', (_what, cpuInfo, logical, architecture, cores) => {
  expect(countCores(cpuInfo, logical, architecture)).toBe(cores)
})
