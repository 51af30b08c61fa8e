/** Every error text of two generations of Ollama; a miss would show "internal", or retry what can never work. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorCodes, StokerError } from '../../../shared/errors.ts'
import { classifyOllamaError } from './ollamaErrors.ts'

const blob = '/models/blobs/sha256-d55e6fafdca4f7a9789430f4d11a6f52f1b001e0a9eec7ad7c03e323ddce5c58'

describe('classifyOllamaError', () => {
  it.each([
    ['model_not_found', 404, "model 'x' not found"],
    ['model_not_found', 404, 'model "x:latest" not found, try pulling it first'],
    ['model_not_found', 404, "model '' not found"],
    ['model_not_found', null, 'pull model manifest: file does not exist'],
    ['not_supported', 400, '"all-minilm" does not support generate'],
    ['not_supported', 400, 'registry.ollama.ai/library/x:latest does not support thinking'],
    [
      'not_supported',
      500,
      "error starting llama-server: llama-server binary not found (checked: /a, /b). Run 'cmake' first"
    ],
    [
      'not_supported',
      null,
      'pull model manifest: 412: The model you are attempting to pull requires a newer version of Ollama.'
    ],
    ['invalid_input', null, 'invalid JSON schema in format'],
    ['invalid_input', 500, 'invalid format: "\\"text\\""; expected "json" or a valid JSON Schema object'],
    ['not_supported', 400, 'json: cannot unmarshal object into Go struct field GenerateRequest.format of type string'],
    ['server_busy', 503, 'server busy, please try again.  maximum pending requests exceeded'],
    ['server_busy', 503, ''],
    ['server_busy', 429, 'slow down'],
    ['server_failed', 499, 'request canceled'],
    ['server_failed', 499, ''],
    ['server_failed', null, 'context canceled'],
    ['server_failed', 500, 'timed out waiting for llama-server to start: context canceled'],
    ['out_of_memory', 500, 'model requires more system memory (31.1 GiB) than is available (13.8 GiB)'],
    ['out_of_memory', 500, 'model requires 40.2 GiB but only 11.8 GiB are available (after 512 MiB overhead)'],
    [
      'out_of_memory',
      500,
      'llama-server reported out-of-memory during startup: ggml_metal: error: failed to allocate buffer, size = 9000 MiB'
    ],
    ['out_of_memory', 500, 'llama runner process has terminated: cudaMalloc failed: out of memory'],
    ['out_of_memory', 500, 'llama runner process has terminated: error loading model: unable to allocate CPU buffer'],
    ['out_of_memory', 500, 'llama-server process has terminated: exit status 1: hipMalloc failed'],
    ['out_of_memory', 500, 'llama runner process has terminated: VK_ERROR_OUT_OF_DEVICE_MEMORY'],
    ['out_of_memory', 500, 'mlx runner failed: [metal::malloc] insufficient memory (exit: 1)'],
    [
      'missing_tensor',
      500,
      "llama runner process has terminated: error loading model: missing tensor 'blk.0.ffn_up.weight'\nllama_model_load_from_file_impl: failed to load model"
    ],
    [
      'missing_tensor',
      500,
      "llama-server process has terminated: exit status 1: error loading model: missing tensor 'output.weight'"
    ],
    [
      'unknown_architecture',
      500,
      "llama-server process has terminated: exit status 1: error loading model: unknown model architecture: 'foo'"
    ],
    ['unknown_architecture', 500, 'this model is not supported by your version of Ollama. You may need to upgrade'],
    ['bad_model_file', 500, `unable to load model: ${blob}`],
    [
      'bad_model_file',
      500,
      'invalid file magic: this model may be incompatible with your version of Ollama. If you previously pulled this model, try updating it by running `ollama pull x`'
    ],
    ['timed_out', 500, 'timed out waiting for llama runner to start - progress 0.00 - '],
    ['timed_out', 500, 'timed out waiting for llama-server to start - loading tensors'],
    ['timed_out', 500, 'timeout waiting for mlx runner'],
    [
      'engine_crashed',
      500,
      'model runner has unexpectedly stopped, this may be due to resource limitations or an internal error, check ollama server logs for details'
    ],
    ['out_of_memory', 500, 'llama runner process has terminated: signal: killed'],
    ['engine_crashed', null, 'an error was encountered while running the model: unexpected EOF'],
    [
      'context_exceeded',
      400,
      'the prompt is longer than the context length currently available to the model; shorten the prompt, adjust the context length in settings'
    ],
    [
      'context_exceeded',
      400,
      '{"error":{"code":400,"message":"request (302 tokens) exceeds the available context size (256 tokens), try increasing it","type":"exceed_context_size_error"}}'
    ],
    ['context_exceeded', 400, 'the input length exceeds the context length'],
    ['context_exceeded', 400, 'input length exceeds maximum context length'],
    ['invalid_input', 400, 'time: missing unit in duration "-1"'],
    ['invalid_input', 400, "Unsupported type: 'bool'"],
    ['invalid_input', 500, 'option "num_ctx" must be of type integer'],
    ['invalid_input', null, 'invalid format: "\\"xml\\""; expected "json" or a valid JSON Schema object'],
    ['forbidden', 403, ''],
    ['forbidden', 401, 'unauthorized'],
    ['bad_answer', 404, '404 page not found'],
    ['bad_answer', 405, '405 method not allowed'],
    ['bad_answer', 302, ''],
    ['server_failed', 502, 'Bad gateway'],
    [
      'bad_answer',
      null,
      'pull model manifest: Get "https://registry.ollama.ai/v2/": dial tcp: lookup registry.ollama.ai: no such host'
    ],
    ['bad_answer', null, 'Get "https://library.example/blobs/sha256:1": read tcp 10.0.0.2:5: connection reset by peer'],
    ['bad_answer', null, 'pull model manifest: Get "https://registry.ollama.ai/v2/": EOF'],
    ['storage_failed', null, 'write /models/blobs/sha256-1-partial: no space left on device'],
    ['server_failed', 500, 'something nobody has seen before'],
    ['bad_answer', null, 'something nobody has seen before']
  ] as const)('%s: %s %s', (code, status, text) => {
    const error = classifyOllamaError(status, text)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^[A-Z].*[^\s]$/s)
  })

  it('names what is missing, for people', () => {
    expect(classifyOllamaError(500, "error loading model: missing tensor 'output.weight'").message).toBe(
      'The model is incomplete: its tensor output.weight is missing.'
    )
    expect(classifyOllamaError(404, "model 'llama9' not found").message).toBe('Ollama has no model "llama9".')
    expect(
      classifyOllamaError(500, 'model requires more system memory (31.1 GiB) than is available (13.8 GiB)').message
    ).toBe('Not enough memory: the model needs 31.1 GiB, and 13.8 GiB is available.')
  })

  it('says of a request that nobody here cancelled who gave it up, and what to do', () => {
    const { message, hint } = classifyOllamaError(499, 'request canceled')
    expect(message).toBe('Ollama gave the request up before it was done; it was not cancelled here.')
    expect(hint).toMatch(/^Ask again\./)
  })

  it('what can never work by itself has a next step', () => {
    for (const text of [
      'out of memory',
      'missing tensor x',
      "unknown model architecture: 'x'",
      `unable to load model: ${blob}`
    ]) {
      expect(classifyOllamaError(500, text).hint).toEqual(expect.any(String))
    }
  })

  it('has an answer to anything', () => {
    fc.assert(
      fc.property(fc.option(fc.integer({ min: 100, max: 599 })), fc.string(), (status, text) => {
        const error = classifyOllamaError(status, text)
        expect(error).toBeInstanceOf(StokerError)
        expect(errorCodes).toContain(error.code)
        expect(error.message.length).toBeLessThan(500)
      })
    )
  })
})
