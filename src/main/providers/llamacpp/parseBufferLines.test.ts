/** Memory read from log lines: no line misread, none counted twice, none lost. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseBufferLine, parseBufferLines } from './parseBufferLines.ts'

const sum = (lines: string[]): number => parseBufferLines(lines).reduce((total, { bytes }) => total + bytes, 0)

describe('one line', () => {
  test.each([
    ['load_tensors:   CPU_Mapped model buffer size =   128.50 MiB', 'load_tensors', 'CPU_Mapped', 'model', 134_742_016],
    ['llama_kv_cache:       MTL0 KV buffer size =   512.00 MiB', 'llama_kv_cache', 'MTL0', 'KV', 536_870_912],
    [
      'llama_memory_recurrent:      CUDA0 RS buffer size =    64.25 MiB',
      'llama_memory_recurrent',
      'CUDA0',
      'RS',
      67_371_008
    ],
    [
      'sched_reserve:  CUDA_Host compute buffer size =  1024.31 MiB',
      'sched_reserve',
      'CUDA_Host',
      'compute',
      1_074_066_883
    ],
    ['llama_context:        CPU  output buffer size =     0.25 MiB', 'llama_context', 'CPU', 'output', 262_144]
  ])('%s', (line, component, device, kind, bytes) => {
    expect(parseBufferLine(line)).toEqual({ component, device, kind, bytes })
  })

  test.each([
    'load_tensors: offloaded 33/33 layers to GPU',
    'llama_kv_cache: size =   76.00 MiB (  4096 cells,  19 layers,  1/1 seqs)',
    'load_tensors:   CPU_Mapped model buffer size =   nan MiB',
    'load_tensors:   CPU_Mapped model buffer size =   -1.00 MiB',
    `load_tensors:   CPU_Mapped model buffer size = ${'9'.repeat(40)}.00 MiB`,
    ''
  ])('%s is none', (line) => {
    expect(parseBufferLine(line)).toBeNull()
  })
})

describe('all lines', () => {
  test('a compute buffer that is reserved again replaces the one before', () => {
    expect(
      sum(['sched_reserve: CPU compute buffer size = 300.00 MiB', 'sched_reserve: CPU compute buffer size = 64.00 MiB'])
    ).toBe(64 * 2 ** 20)
  })

  test('two caches of one context, and the weights of two files, stand beside each other', () => {
    const lines = [
      'load_tensors: CPU_Mapped model buffer size = 10.00 MiB',
      'load_tensors: CPU_Mapped model buffer size = 20.00 MiB',
      'llama_kv_cache: CPU KV buffer size = 4.00 MiB',
      'llama_kv_cache: CPU KV buffer size = 1.00 MiB'
    ]
    expect(sum(lines)).toBe(35 * 2 ** 20)
  })

  test('whatever the lines are, nothing throws and no number is invented', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'load_tensors: ',
        ' CPU ',
        'model',
        'KV',
        ' buffer size = ',
        '12.5',
        '-3',
        '1e99',
        ' MiB',
        ':',
        '\0'
      )
    )
    const line = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        for (const { bytes, device } of parseBufferLines(lines)) {
          expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true)
          expect(lines.some((one) => one.includes(device))).toBe(true)
        }
      })
    )
  })
})
