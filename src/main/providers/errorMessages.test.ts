/**
 * What servers and engines really say, as people have pasted it. A miss would retry what can never work, give up what would work in a
 * second, or show a person a line of C++ without a next step.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorCodes, StokerError, type ErrorCode } from '../../shared/errors.ts'
import { explainAnswerFailure, reasonInOutput } from './llamacpp/engineExit.ts'
import { readErrorBody } from './ollama/errorBody.ts'
import { classifyOllamaError } from './ollama/ollamaErrors.ts'

type Message = readonly [code: ErrorCode, text: string, says?: RegExp]

/** llama.cpp's own: the same whether Ollama passes them on or the built-in engine logs them. */
const llamaMessages: readonly Message[] = [
  // Memory: CUDA, ROCm, Metal, Vulkan, SYCL, the processor's own.
  [
    'out_of_memory',
    'CUDA error: out of memory\n  current device: 0, in function alloc at ggml-cuda.cu:385\n  cuMemCreate(&handle, reserve_size, &prop, 0)'
  ],
  [
    'out_of_memory',
    'ggml_backend_cuda_buffer_type_alloc_buffer: allocating 27846.97 MiB on device 0: cudaMalloc failed: out of memory\nllama_model_load: error loading model: unable to allocate backend buffer'
  ],
  [
    'out_of_memory',
    'ggml_gallocr_reserve_n: failed to allocate CUDA0 buffer of size 9332334592\nllama_new_context_with_model: failed to allocate compute buffers'
  ],
  ['out_of_memory', 'cuBLAS error: CUBLAS_STATUS_ALLOC_FAILED'],
  ['out_of_memory', 'ggml-cuda.cu:5048: out of memory'],
  [
    'out_of_memory',
    'CUDA error: out of memory\n  current device: 1, in function ggml_cuda_pool_malloc_leg at ggml-cuda.cu:8584\n  hipMalloc((void **) &ptr, look_ahead_size)'
  ],
  ['out_of_memory', 'ROCm error: out of memory'],
  [
    'out_of_memory',
    'ggml_metal_synchronize: error: command buffer 0 failed with status 5\nerror: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)'
  ],
  ['out_of_memory', "ggml_metal_add_buffer: error: failed to allocate 'data            ' buffer, size = 19283.21 MiB"],
  [
    'out_of_memory',
    "ggml_metal_add_buffer: buffer 'data' size 18300780544 is larger than buffer maximum of 17179869184"
  ],
  [
    'out_of_memory',
    'ggml_vulkan: Device memory allocation of size 118497280 failed.\nggml_vulkan: vk::Device::allocateMemory: ErrorOutOfDeviceMemory'
  ],
  ['out_of_memory', 'ggml_vulkan: Device memory allocation of size 3959422976 failed.'],
  ['out_of_memory', 'MESA: error: ../src/intel/vulkan/anv_device.c:4237: VK_ERROR_OUT_OF_DEVICE_MEMORY'],
  ['out_of_memory', 'Native API failed. Native API returns: 39 (UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY)'],
  [
    'out_of_memory',
    'ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 137438953504\nllama_kv_cache_init: failed to allocate buffer for kv cache'
  ],
  ['out_of_memory', 'ggml_aligned_malloc: insufficient memory (attempted to allocate 45232.00 MB)'],
  ['out_of_memory', "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc"],
  ['out_of_memory', 'llama_model_load: error loading model: mmap failed: Cannot allocate memory'],
  ['out_of_memory', 'A context size of 131072 is too large for the available VRAM'],
  // Architecture and tokenizer.
  [
    'unknown_architecture',
    "llama_model_load: error loading model: error loading model architecture: unknown model architecture: 'mllama'",
    /"mllama"/
  ],
  ['unknown_architecture', "error loading model: unknown model architecture: ''", /an architecture/],
  [
    'unknown_architecture',
    "llama_model_load: error loading model: error loading model vocabulary: unknown pre-tokenizer type: 'deepseek-r1-qwen'",
    /"deepseek-r1-qwen"/
  ],
  // Tensors.
  [
    'missing_tensor',
    "llama_model_load: error loading model: missing tensor 'output.weight'",
    /tensor output\.weight is/
  ],
  [
    'missing_tensor',
    "llama_model_load: error loading model: create_tensor: tensor 'blk.0.ffn_gate.0.weight' not found",
    /blk\.0\.ffn_gate\.0\.weight/
  ],
  ['missing_tensor', "check_tensor_dims: tensor 'token_embd.weight' not found", /token_embd\.weight/],
  [
    'bad_model_file',
    'llama_model_load: error loading model: done_getting_tensors: wrong number of tensors; expected 292, got 291',
    /292 tensors and found 291/
  ],
  [
    'bad_model_file',
    "llama_model_load: error loading model: check_tensor_dims: tensor 'blk.0.attn_k.weight' has wrong shape; expected  5120, 5120, got  5120, 1024, 1, 1",
    /attn_k/
  ],
  [
    'bad_model_file',
    "llama_model_load: error loading model: tensor 'blk.26.ffn_down.weight' data is not within the file bounds, model is corrupted or incomplete",
    /cut off/
  ],
  [
    'bad_model_file',
    "gguf_init_from_file_impl: tensor 'token_embd.weight' has invalid ggml type 39 (NONE)",
    /quantised/
  ],
  // The file.
  [
    'bad_model_file',
    "gguf_init_from_file: invalid magic characters 'vers'\nllama_model_load: error loading model: llama_model_loader: failed to load model from m.gguf",
    /no GGUF file/
  ],
  ['bad_model_file', "gguf_init_from_file: invalid magic characters ''", /no GGUF file/],
  ['bad_model_file', 'gguf_init_from_file: invalid magic number 67676a74', /no GGUF file/],
  [
    'bad_model_file',
    'gguf_init_from_file: GGUFv1 is no longer supported. please use a more up-to-date version',
    /version of GGUF/
  ],
  [
    'bad_model_file',
    'gguf_init_from_file_impl: this GGUF file is version 4 but this software only supports up to version 3',
    /version of GGUF/
  ],
  [
    'bad_model_file',
    'llama_model_load: error loading model: illegal split file: 3, model must be loaded with the first split',
    /several files/
  ],
  ['bad_model_file', 'llama_model_load: error loading model: invalid split file: llama.gguf', /several files/],
  [
    'bad_model_file',
    "gguf_init_from_file: failed to open GGUF file 'K2-00002-of-00013.gguf'\nllama_model_load: error loading model: llama_model_loader: failed to load GGUF split from K2-00002-of-00013.gguf",
    /several files/
  ],
  [
    'bad_model_file',
    'llama_model_load: error loading model: failed to open /models/m.gguf: No such file or directory',
    /cannot be read: \/models\/m\.gguf/
  ],
  ['bad_model_file', 'llama_model_load: error loading model: read error: Input/output error', /cannot be read/],
  ['bad_model_file', 'gguf_init_from_file_impl: failed to read key-value pairs', /cut off/],
  ['bad_model_file', 'llama_model_load: error loading model: unexpectedly reached end of file', /cut off/],
  [
    'bad_model_file',
    'error loading model hyperparameters: key not found in model: llama.attention.head_count',
    /llama\.attention\.head_count/
  ],
  [
    'bad_model_file',
    'llama_model_load: error loading model: cannot find tokenizer merges in model file',
    /tokenizer merges/
  ],
  [
    'bad_model_file',
    'llama_model_load: error loading model: something that nobody wrote a rule for',
    /nobody wrote a rule/
  ],
  // Context.
  [
    'context_exceeded',
    'request (25837 tokens) exceeds the available context size (25088 tokens), try increasing it',
    /25837 tokens long.* 25088/
  ],
  [
    'context_exceeded',
    'the request exceeds the available context size. try increasing the context size or enable context shift'
  ],
  ['context_exceeded', 'Context size has been exceeded.'],
  ['context_exceeded', 'Input prompt is too big compared to KV size. Please try increasing KV size.'],
  [
    'context_exceeded',
    'could not find a KV slot for the batch (try reducing the size of the batch or increase the context)'
  ],
  [
    'context_exceeded',
    'input (1418 tokens) is too large to process. increase the physical batch size (current batch size: 512)'
  ],
  ['context_exceeded', 'Requested tokens (2059) exceed context window of 512'],
  ['context_exceeded', "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."],
  ['context_exceeded', 'the model is loaded with context length of only 2048 tokens'],
  // Cards and drivers.
  ['engine_crashed', "terminate called after throwing an instance of 'vk::DeviceLostError'", /card or its driver/],
  [
    'engine_crashed',
    'ROCm error: invalid device function\n  current device: 0, in function ggml_cuda_compute_forward',
    /invalid device function/
  ],
  ['engine_crashed', 'CUDA error: an illegal memory access was encountered', /illegal memory access/],
  // Its server.
  ['server_busy', 'Loading model', /still loading/],
  ['server_busy', 'no slot available', /every place/]
]

describe("llama.cpp's texts", () => {
  it.each(llamaMessages.map(([code, text, says = /./]) => ({ code, text, says })))(
    '$code: $text',
    ({ code, text, says }) => {
      const ours = reasonInOutput('small', text)
      const theirs = classifyOllamaError(500, `llama runner process has terminated: exit status 1: ${text}`)
      const bare = classifyOllamaError(null, text)
      for (const error of code === 'server_busy' ? [ours, bare] : [ours, theirs, bare]) {
        expect(error).toMatchObject({ code, message: expect.stringMatching(says), hint: expect.stringMatching(/\.$/) })
        expect(error?.message).toMatch(/^[\p{Lu}s].*[^\s]$/su)
      }
    }
  )

  it('a warning on the way is not the reason', () => {
    const log = [
      'warning: failed to mlock 532480-byte buffer (after previously locking 0 bytes): Cannot allocate memory',
      "llama_model_load: error loading model: missing tensor 'output.weight'"
    ]
    expect(reasonInOutput('small', log[0] ?? '')).toBeNull()
    expect(reasonInOutput('small', log.join('\n'))?.code).toBe('missing_tensor')
  })

  it('a file that is none has a next step of its own', () => {
    const hint = (magic: string) => reasonInOutput('m', `invalid magic characters '${magic}', expected 'GGUF'`)?.hint
    expect(hint('vers')).toContain('Git LFS')
    expect(hint('<!DO')).toContain('web page')
    expect(hint('PK')).toContain('download it again')
  })

  it('an answer of the built-in engine that fails says why', () => {
    const fail = (text: string) => explainAnswerFailure('small', 'failed', text)
    expect(fail('ggml_metal: error: Insufficient Memory').code).toBe('out_of_memory')
    expect(fail('could not find a KV slot for the batch').code).toBe('context_exceeded')
    expect(fail('Eval has failed')).toMatchObject({
      code: 'engine_crashed',
      message: 'small could not answer: Eval has failed'
    })
  })
})

/** Ollama's own and plain HTTP's; older ones are in ollama/ollamaErrors.test.ts. */
const serverMessages: readonly (readonly [code: ErrorCode, status: number | null, text: string, says?: RegExp])[] = [
  ['engine_crashed', 500, 'POST predict: Post "http://127.0.0.1:35943/completion": EOF', /engine stopped/],
  ['engine_crashed', 500, 'do load request: Post "http://127.0.0.1:40825/load": EOF', /engine stopped/],
  [
    'engine_crashed',
    500,
    'do embedding request: Post "http://127.0.0.1:55208/embedding": dial tcp 127.0.0.1:55208: connect: connection refused',
    /engine stopped/
  ],
  [
    'engine_crashed',
    500,
    'error reading llm response: read tcp 127.0.0.1:55290->127.0.0.1:55208: wsarecv: An existing connection was forcibly closed by the remote host.',
    /engine stopped/
  ],
  ['engine_crashed', 500, 'llama runner process has terminated: exit status 0xc0000409', /0xc0000409/],
  ['engine_crashed', 500, 'llama runner process has terminated: exit status 2', /exit status 2/],
  [
    'engine_crashed',
    500,
    'llama runner process has terminated: GGML_ASSERT(hparams.n_embd_k_gqa() == n_embd_gqa) failed'
  ],
  ['engine_crashed', 500, 'llama-server process no longer running: -1'],
  ['out_of_memory', 500, 'llama-server process has terminated: signal: killed', /most likely/],
  [
    'out_of_memory',
    500,
    'model requires more system memory (7.9 GiB) than is available (5.5 GiB)',
    /7\.9 GiB.*5\.5 GiB/
  ],
  ['server_busy', 500, 'unexpected server status: llm server loading model', /still loading/],
  [
    'server_busy',
    503,
    readErrorBody('{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}'),
    /still loading/
  ],
  ['server_busy', 503, 'upstream connect error', /upstream connect error/],
  ['server_busy', 429, '', /busy/],
  ['server_busy', 408, 'request timeout'],
  [
    'bad_model_file',
    500,
    'llama-server process has terminated: exit status 1: error loading model: llama_model_loader: failed to load model from C:\\Users\\x\\.ollama\\models\\blobs\\sha256-667b'
  ],
  ['bad_answer', null, 'max retries exceeded: EOF', /library/],
  [
    'bad_answer',
    null,
    'max retries exceeded: Get "https://dd20bb.r2.cloudflarestorage.com/ollama": dial tcp: lookup dd20bb.r2.cloudflarestorage.com on 127.0.0.53:53: server misbehaving',
    /library/
  ],
  ['bad_answer', null, 'digest mismatch, file must be downloaded again: want sha256:1, got sha256:2', /damaged/],
  ['bad_answer', null, 'prediction aborted, token repeat limit reached', /repeated itself/],
  [
    'storage_failed',
    null,
    'max retries exceeded: write /root/.ollama/models/blobs/sha256-1-partial: no space left on device',
    /disk/
  ],
  ['storage_failed', 500, 'open /usr/share/ollama/.ollama/models/blobs/sha256-1: permission denied', /permission/],
  ['storage_failed', 507, ''],
  ['not_supported', 500, 'no suitable llama servers found', /without its engine/],
  ['not_supported', 501, 'This server does not support embeddings. Start it with `--embeddings`'],
  ['invalid_input', 400, 'model is required'],
  ['invalid_input', 418, "I'm a teapot", /418/],
  ['forbidden', 401, 'Invalid API Key', /Invalid API Key/],
  ['forbidden', 407, 'Proxy Authentication Required'],
  ['server_failed', 500, 'something went wrong, please see the ollama server logs for details', /something went wrong/],
  ['server_failed', 502, 'Bad Gateway', /proxy.*502.*Bad Gateway/],
  ['server_failed', 504, '', /504/],
  // A number in a text is no status.
  ['context_exceeded', 400, 'request (412 tokens) exceeds the available context size (256 tokens), try increasing it']
]

describe("Ollama's texts, and plain statuses", () => {
  it.each(serverMessages.map(([code, status, text, says = /./]) => ({ code, status, text, says })))(
    '$code: $status $text',
    ({ code, status, text, says }) => {
      const error = classifyOllamaError(status, text)
      expect(error).toMatchObject({ code, message: expect.stringMatching(says) })
      if (code !== 'invalid_input') expect(error.hint).toMatch(/\.$/)
    }
  )

  it('the server says when it may be asked again', () => {
    expect(classifyOllamaError(503, 'busy', { retryAfterMs: 2_000 }).retryAfterMs).toBe(2_000)
    expect(classifyOllamaError(503, 'busy').retryAfterMs).toBeUndefined()
  })
})

describe('anything', () => {
  const anyText = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...llamaMessages.map(([, text]) => text)),
    fc
      .array(fc.constantFrom(...llamaMessages.map(([, text]) => text)), { maxLength: 4 })
      .map((texts) => texts.join('\n'))
  )
  const anyStatus = fc.option(fc.integer({ min: 100, max: 599 }))

  it('has a code, a sentence of bearable length, and never throws', () => {
    fc.assert(
      fc.property(anyStatus, anyText, (status, text) => {
        for (const error of [classifyOllamaError(status, text), explainAnswerFailure('m', 'failed', text)]) {
          expect(error).toBeInstanceOf(StokerError)
          expect(errorCodes).toContain(error.code)
          expect(error.message.length).toBeGreaterThan(5)
          expect(error.message.length).toBeLessThan(500)
          expect(error.hint).not.toBe('')
        }
        reasonInOutput('m', text)
      })
    )
  })

  it('that is not known is kept, word for word', () => {
    // Letters alone could spell a known text; these cannot.
    const unknown = fc.string({ unit: fc.constantFrom('q', 'x', 'z', '7'), minLength: 3, maxLength: 200 })
    fc.assert(
      fc.property(fc.constantFrom(null, 302, 404, 400, 418, 500, 502, 503, 429, 401), unknown, (status, text) => {
        expect(classifyOllamaError(status, text).message).toContain(text)
      })
    )
  })

  it('that is long is cut short, and read in no time', () => {
    const startedAt = performance.now()
    for (const piece of ['model requires ', 'error loading model: ', 'Post "', ' '])
      expect(classifyOllamaError(500, piece.repeat(500_000)).message.length).toBeLessThan(500)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(classifyOllamaError(500, 'q'.repeat(100_000)).message.length).toBeLessThan(400)
  })
})
