/** The server's answers as they come in eight versions and in none; a number that was not there must never be shown. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StokerError } from '../../../shared/errors.ts'
import { parseAnswerLine, parsePs, parsePullLine, parseShow, parseTags, parseVersion } from './ollamaAnswers.ts'

const now = Date.parse('2026-05-04T10:00:00Z')

describe('parseVersion', () => {
  it('a build that does not know its version is unknown, not old', () => {
    expect(parseVersion({ version: '0.0.0' })).toBeNull()
    expect(parseVersion({ version: '0.30.2-rc1' })).toBe('0.30.2-rc1')
  })
  it('another program is not taken for Ollama', () => {
    expect(() => parseVersion({ object: 'list' })).toThrow(expect.objectContaining({ code: 'bad_answer' }))
    expect(() => parseVersion(null)).toThrow(expect.objectContaining({ code: 'bad_answer' }))
  })
})

describe('parseTags', () => {
  const old = {
    name: 'a:latest',
    model: 'a:latest',
    modified_at: '2026-01-01T00:00:00Z',
    size: 5,
    digest: 'd1',
    details: { family: 'llama', parameter_size: '8.0B', quantization_level: 'Q4_0' }
  }

  it('reads an old server, which says nothing about capabilities', () => {
    expect(parseTags({ models: [old] })).toEqual([
      {
        name: 'a:latest',
        sizeBytes: 5,
        digest: 'd1',
        parameters: '8.0B',
        quantization: 'Q4_0',
        architecture: 'llama',
        capabilities: null,
        maxContextLength: null
      }
    ])
  })
  it('reads a new one', () => {
    const recent = {
      ...old,
      capabilities: ['completion', 'thinking'],
      details: { ...old.details, context_length: 40_960 }
    }
    expect(parseTags({ models: [recent] })[0]).toMatchObject({
      capabilities: ['completion', 'thinking'],
      maxContextLength: 40_960
    })
  })
  it('keeps the good entries beside a broken one', () => {
    expect(parseTags({ models: [null, 7, { size: 1 }, { ...old, size: -1, details: 'none' }] })).toEqual([
      {
        name: 'a:latest',
        sizeBytes: null,
        digest: 'd1',
        parameters: null,
        quantization: null,
        architecture: null,
        capabilities: null,
        maxContextLength: null
      }
    ])
  })
  it('leaves out a name that stands for a model in a cloud', () => {
    expect(parseTags({ models: [{ ...old, remote_host: 'https://ollama.com:443', remote_model: 'big' }] })).toEqual([])
  })
  it('null is an empty list, and no list at all is not Ollama', () => {
    expect(parseTags({ models: null })).toEqual([])
    expect(() => parseTags({})).toThrow(expect.objectContaining({ code: 'bad_answer' }))
  })
})

describe('parsePs', () => {
  const running = {
    name: 'a:latest',
    size: 100,
    size_vram: 60,
    digest: 'd',
    expires_at: '2026-05-04T12:05:00.123456789+02:00',
    context_length: 4096
  }
  const read = (changes: object) => parsePs({ models: [{ ...running, ...changes }] }, now)[0]

  it('reads sizes and times', () => {
    expect(read({})).toEqual({
      name: 'a:latest',
      digest: 'd',
      heldBytes: 100,
      gpuBytes: 60,
      contextLength: 4096,
      expiresAt: Date.parse('2026-05-04T10:05:00.123Z'),
      writtenExpiry: running.expires_at
    })
  })
  it('a date 292 years ahead is never', () => {
    expect(read({ expires_at: '2318-08-14T09:47:16.854775807Z' })?.expiresAt).toBeNull()
  })
  it("Go's zero time is no time", () => {
    expect(read({ expires_at: '0001-01-01T00:00:00Z' })?.expiresAt).toBeNull()
  })
  it.each([
    ['more on the GPU than in all', { size: 50 }, { heldBytes: 50, gpuBytes: null }],
    ['a size of 0', { size: 0, size_vram: 0 }, { heldBytes: null, gpuBytes: null }],
    ['no size', { size: undefined }, { heldBytes: null, gpuBytes: null }],
    ['all on the CPU', { size_vram: 0 }, { heldBytes: 100, gpuBytes: 0 }],
    ['a context of 0, or of an old server', { context_length: 0 }, { contextLength: null }]
  ])('%s', (_, changes, expected) => {
    expect(read(changes)).toMatchObject(expected)
  })
})

describe('parseShow', () => {
  it('takes the context length of the architecture, the path, and scalar metadata only', () => {
    const shown = parseShow({
      modelfile: '# FROM a:latest\n\nFROM /models/blobs/sha256-1\nTEMPLATE "x"\n',
      parameters: 'num_ctx                        4096',
      template: '{{ .Prompt }}',
      details: { family: 'qwen3' },
      model_info: {
        'general.architecture': 'qwen3',
        'qwen3.context_length': 40_960,
        'llama.context_length': 1,
        'tokenizer.ggml.tokens': [],
        'qwen3.attention.head_count_kv': [8, 4],
        ok: true
      },
      tensors: [{ name: 'token_embd.weight', type: 'F16', shape: [8, 100] }],
      capabilities: ['completion', 'thinking']
    })
    expect(shown).toEqual({
      template: '{{ .Prompt }}',
      system: null,
      license: null,
      parametersText: 'num_ctx                        4096',
      capabilities: ['completion', 'thinking'],
      maxContextLength: 40_960,
      path: '/models/blobs/sha256-1',
      sources: { weightsPath: '/models/blobs/sha256-1', projectorPaths: [], adapterPaths: [] },
      contextParameter: 4096,
      modelInfo: new Map<string, unknown>([
        ['general.architecture', 'qwen3'],
        ['qwen3.context_length', 40_960],
        ['llama.context_length', 1],
        ['qwen3.attention.head_count_kv', [8, 4]],
        ['ok', true]
      ]),
      tensors: {
        bytesByType: new Map([[1, 1_600]]),
        isTied: true,
        tokenEmbedding: { rows: 100, bytes: 1_600, isRepacked: false }
      },
      metadata: [
        { key: 'general.architecture', value: 'qwen3' },
        { key: 'qwen3.context_length', value: 40_960 },
        { key: 'llama.context_length', value: 1 },
        { key: 'ok', value: true }
      ]
    })
  })
  it('what an old server leaves out is unknown, and junk is as good as nothing', () => {
    const unknown = { contextParameter: null, modelInfo: null, tensors: null, path: null, maxContextLength: null }
    expect(parseShow({})).toMatchObject(unknown)
    // Valid JSON, and an object that cannot be made a text of.
    expect(parseShow({ model_info: { 'general.architecture': { toString: 1 } } })).toMatchObject(unknown)
    expect(parseShow({ modelfile: 7, parameters: [], model_info: [], tensors: 'F16' })).toMatchObject(unknown)
  })
  it('a path on Windows is a path, a name is not', () => {
    expect(parseShow({ modelfile: 'FROM C:\\models\\blobs\\sha256-1' }).path).toBe('C:\\models\\blobs\\sha256-1')
    expect(parseShow({ modelfile: 'FROM llama3' }).path).toBeNull()
  })
})

describe('parseAnswerLine and parsePullLine', () => {
  it('what the last line leaves out is unknown, not 0', () => {
    expect(parseAnswerLine({ response: '', done: true, done_reason: 'stop' })).toMatchObject({
      done: true,
      eval_count: null,
      eval_duration: null,
      error: null
    })
  })
  it('the text is what the model says, of both routes, and never what it thinks', () => {
    expect(parseAnswerLine({ response: 'a', thinking: 'hm' }).text).toBe('a')
    expect(parseAnswerLine({ message: { role: 'assistant', content: 'a', thinking: 'hm' } }).text).toBe('a')
    expect(parseAnswerLine({ message: { role: 'assistant', thinking: 'hm' } }).text).toBeNull()
    expect(parseAnswerLine({ message: 'a' }).text).toBeNull()
  })
  it('an error is found whatever else is there', () => {
    expect(parseAnswerLine({ error: 'x' })).toMatchObject({ error: 'x', done: false, text: null })
    expect(parsePullLine({ error: 'x' })).toMatchObject({ error: 'x', status: null })
  })
})

describe('anything a server may send', () => {
  const parsers = {
    parseVersion,
    parseTags,
    parseShow,
    parseAnswerLine,
    parsePullLine,
    parsePs: (answer: unknown) => parsePs(answer, now)
  }
  const keys = fc.constantFrom(
    'models',
    'name',
    'model',
    'size',
    'size_vram',
    'expires_at',
    'context_length',
    'details',
    'parameter_size',
    'capabilities',
    'model_info',
    'modelfile',
    'parameters',
    'tensors',
    'shape',
    'general.architecture',
    'version',
    'total',
    'completed',
    'eval_count',
    'done',
    'error',
    'response',
    'message',
    'content',
    '__proto__'
  )
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.jsonValue(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 5 })
    )
  }))

  it('is read or refused by name, and every number read was there', () => {
    fc.assert(
      fc.property(value, (answer) => {
        const there = numbersIn(answer)
        for (const parse of Object.values(parsers)) {
          try {
            for (const number of numbersIn(withoutTimes(parse(answer)))) expect(there).toContain(number)
          } catch (error) {
            if (!(error instanceof StokerError)) throw error
            expect(error.code).toBe('bad_answer')
          }
        }
      }),
      { numRuns: 500 }
    )
  })
})

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}

/** A time and the Modelfile's context length come from a text, and a tensor's bytes are reckoned: their own tests look at them. */
function withoutTimes(value: unknown): unknown {
  const text = JSON.stringify(value, (key, part: unknown) => {
    if (['expiresAt', 'writtenExpiry', 'contextParameter', 'tensors'].includes(key)) return null
    return part instanceof Map ? [...(part as Map<unknown, unknown>).values()] : part
  })
  return JSON.parse(text ?? 'null')
}
