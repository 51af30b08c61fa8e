/** Facts of a file in people's words. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parseGgufHeader } from './gguf/ggufHeader.ts'
import { planTinyModel } from './gguf/testFiles.ts'
import { engineVersion } from './llamacppProvider.ts'
import { fileDetails, parameterWords } from './modelFacts.ts'

test.each([
  [500_352, '500K'],
  [999_600, '1M'],
  [26_000_000, '26M'],
  [999_600_000, '1.0B'],
  [8_030_261_248, '8.0B'],
  [70_553_706_496, '70.6B']
])('%d parameters are %s', (count, words) => {
  expect(parameterWords(count)).toBe(words)
})

test('details keep the template apart, and no array and no infinity among the facts', () => {
  const plan = planTinyModel({ chatTemplate: '{{ messages }}' })
  const header = parseGgufHeader(plan.head, 'a.gguf', plan.totalBytes)
  const infinite = { ...header, metadata: new Map([...header.metadata, ['x.scale', Infinity] as const]) }
  const { template, metadata } = fileDetails({
    name: 'a',
    path: '/a.gguf',
    paths: [],
    sizeBytes: 1,
    header: infinite,
    problem: null,
    entry: null
  })
  const keys = metadata.map(({ key }) => key)
  expect(template).toBe('{{ messages }}')
  expect(keys).toContain('general.name')
  expect(keys).not.toContain('tokenizer.ggml.tokens')
  expect(JSON.parse(JSON.stringify(metadata))).toEqual(metadata)
})

test('the version told is the version pinned', async () => {
  const path = new URL('../../../../package.json', import.meta.url)
  const { dependencies } = JSON.parse(await readFile(path, 'utf8')) as { dependencies: Record<string, string> }
  expect(engineVersion).toContain(dependencies['node-llama-cpp'])
})
