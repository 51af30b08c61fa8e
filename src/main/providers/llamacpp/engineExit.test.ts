/** Deaths and failures of the engine in words: the right code, so that nothing hopeless is retried and nothing is blamed on the wrong thing. */
import { expect, test } from 'vitest'
import { explainExit, explainExitInLoad, explainLoadFailure, lostCode, type EngineExit } from './engineExit.ts'

const exit = (overrides: Partial<EngineExit>): EngineExit => ({
  code: null,
  signal: null,
  output: '',
  memoryRanOut: null,
  wasHung: false,
  ...overrides
})

test.each([
  ["error loading model architecture: unknown model architecture: 'zebra'", 'unknown_architecture', '"zebra"'],
  ["check_tensor_dims: tensor 'output.weight' not found", 'missing_tensor', 'output.weight'],
  ["llama_model_load: error loading model: missing tensor 'output.weight'", 'missing_tensor', 'output.weight'],
  ["tensor 'blk.3.attn_q.weight' data is not within the file bounds, model is corrupted", 'bad_model_file', 'cut off'],
  [
    'error loading model hyperparameters: key not found in model: llama.block_count',
    'bad_model_file',
    'llama.block_count'
  ],
  ['ggml_backend_cuda_buffer_type_alloc_buffer: failed to allocate CUDA0 buffer', 'out_of_memory', 'not enough memory'],
  ['llama_model_load: error loading model: something new\nmore', 'bad_model_file', 'something new.']
])('the engine said: %s', (output, code, words) => {
  expect(explainLoadFailure('m', 'failed', 'Failed to load model', output)).toMatchObject({
    code,
    message: expect.stringContaining(words),
    hint: expect.any(String)
  })
})

test.each([
  ['failed', 'bad_model_file'],
  ['out_of_memory', 'out_of_memory'],
  ['no_engine', 'engine_crashed']
] as const)('a load that failed with %s and no words is %s', (reason, code) => {
  expect(explainLoadFailure('m', reason, 'it failed', '').code).toBe(code)
})

test.each([
  ['an abort', { signal: 'SIGABRT' }, 'bad_model_file', 'gave up'],
  ['an abort as Electron tells it', { code: 6 }, 'bad_model_file', 'gave up'],
  ['an abort as a shell tells it', { code: 134 }, 'bad_model_file', 'gave up'],
  ['a kill for want of memory', { signal: 'SIGKILL', memoryRanOut: true }, 'out_of_memory', 'memory ran out'],
  ['a kill by somebody', { signal: 'SIGKILL', memoryRanOut: false }, 'engine_crashed', 'by a person'],
  ['a kill for who knows what', { code: 137 }, 'engine_crashed', 'most likely by the system'],
  ['a crash', { signal: 'SIGSEGV' }, 'engine_crashed', 'SIGSEGV'],
  [
    'an abort with a reason',
    { signal: 'SIGABRT', output: "unknown model architecture: 'x'" },
    'unknown_architecture',
    '"x"'
  ],
  ['no start at all', {}, 'engine_crashed', 'could not be started']
])('%s while loading', (_what, how, code, words) => {
  expect(explainExitInLoad('m', exit(how))).toMatchObject({ code, message: expect.stringContaining(words) })
})

test.each([
  ['an abort is a crash, for the file had loaded', { signal: 'SIGABRT' }, 'engine_crashed', 'SIGABRT'],
  ['a file changed under it', { signal: 'SIGBUS' }, 'engine_crashed', 'changed or vanished'],
  ['a kill for want of memory', { signal: 'SIGKILL', memoryRanOut: true }, 'out_of_memory', 'memory ran out'],
  ['our own kill of a hung one', { signal: 'SIGKILL', wasHung: true, memoryRanOut: false }, 'engine_crashed', 'hung']
])('while loaded: %s', (_what, how, code, words) => {
  const error = explainExit('m', exit(how))
  expect(error).toMatchObject({ code, message: expect.stringContaining(words) })
  expect(lostCode(error)).toBe(code)
})
