/** Ollama's error texts, old and new, as errors that have a code, a sentence for a person and a next step. */
import { StokerError, type ErrorCode } from '../../../shared/errors.ts'

interface Rule {
  /** Any of these statuses; left out, any. An error inside a stream has no status of its own (null). */
  status?: readonly number[]
  text?: RegExp
  code: ErrorCode
  message: (text: string, match: RegExpExecArray | null) => string
  hint: string | null
}

/** What engines and drivers say when memory runs out; the first line is Ollama's own list. */
const outOfMemory = new RegExp(
  'out of memory|out of device memory|cudaMalloc failed|hipMalloc failed|failed to allocate|allocation failed|not enough memory|' +
    'insufficient memory|vk_error_out_of_device_memory|erroroutofmemory|unable to allocate|cannot allocate memory|bad_alloc|' +
    'requires more system memory|model requires .* but only .* (?:is|are) available',
  'i'
)

const tryAgain = 'Try again in a moment.'
const fileHint = 'The file may be damaged or made for another program. Remove the model and pull it again.'
const updateHint = 'A newer Ollama may know it: update Ollama, then load the model again.'

/** The first rule that fits decides, so the particular stand before the general. */
const rules: Rule[] = [
  { status: [499], code: 'aborted', message: () => 'Cancelled.', hint: null },
  { text: /context canceled|^request canceled$/, code: 'aborted', message: () => 'Cancelled.', hint: null },
  { status: [429, 503], code: 'server_busy', message: () => 'Ollama is busy: its queue is full.', hint: tryAgain },
  {
    text: /server busy, please try again/,
    code: 'server_busy',
    message: () => 'Ollama is busy: its queue is full.',
    hint: tryAgain
  },
  {
    text: /no space left on device|not enough (?:disk )?space|disk (?:is )?full/i,
    code: 'storage_failed',
    message: () => 'The disk of the Ollama server is full.',
    hint: 'Remove a model you no longer need.'
  },
  {
    text: outOfMemory,
    code: 'out_of_memory',
    message: describeMemory,
    hint: 'Unload another model, or load this one with a shorter context.'
  },
  {
    text: /missing tensor '?([\w.-]+)'?/,
    code: 'missing_tensor',
    message: (_, match) => `The model file lacks the tensor ${match?.[1] ?? ''}.`,
    hint: fileHint
  },
  {
    text: /unknown model architecture:? ?'?([\w.-]*)'?/,
    code: 'unknown_architecture',
    message: (_, match) => `Ollama does not know the model architecture ${match?.[1] || 'of this file'}.`,
    hint: updateHint
  },
  {
    text: /not supported by your version of Ollama|unsupported (?:model )?architecture/i,
    code: 'unknown_architecture',
    message: () => 'This version of Ollama does not support the model.',
    hint: updateHint
  },
  {
    text: /requires a newer version of Ollama|\b412\b/,
    code: 'not_supported',
    message: () => 'The model needs a newer version of Ollama.',
    hint: 'Update Ollama, then pull the model again.'
  },
  {
    text: /longer than the context length|exceeds? the (?:available|maximum)? ?context (?:size|length)|exceeds maximum context length|exceed_context_size/i,
    code: 'context_exceeded',
    message: () => "The prompt is longer than the model's context.",
    hint: 'Shorten the prompt, or load the model with a longer context.'
  },
  {
    text: /pull model manifest: file does not exist/,
    code: 'model_not_found',
    message: () => 'The Ollama library has no model of that name.',
    hint: 'Check the name and its tag on ollama.com/library.'
  },
  {
    text: /dial tcp|no such host|i\/o timeout|TLS handshake|max retries exceeded|network is unreachable|pull model manifest|"https:\/\//,
    code: 'bad_answer',
    message: () => 'Ollama could not reach the model library.',
    hint: "Check the Ollama machine's internet connection, then pull again: it resumes where it stopped."
  },
  {
    text: /timed out waiting for (?:llama|mlx)|timeout waiting for mlx/,
    code: 'timed_out',
    message: () => 'Ollama gave up: the load made no progress for too long.',
    hint: 'Load it again; OLLAMA_LOAD_TIMEOUT on the server allows more time.'
  },
  {
    text: /this model may be incompatible|unable to load model|invalid file magic|invalid magic|failed to load model|error loading model|unexpected EOF in GGUF/i,
    code: 'bad_model_file',
    message: () => 'Ollama cannot load this model file.',
    hint: "It may be damaged, or of an architecture this Ollama does not know. Ollama's log has the reason; update Ollama or pull the model again."
  },
  {
    text: /unexpectedly stopped|process has terminated|process no longer running|error was encountered while running the model|mlx runner failed|runner exited|connection reset by peer|\bEOF$/,
    code: 'engine_crashed',
    message: (text) => `Ollama's engine stopped: ${clip(text)}`,
    hint: "Load the model again. If it stops again, Ollama's log says why; too little memory is the usual reason."
  },
  {
    text: /llama-server binary not found/,
    code: 'not_supported',
    message: () => 'This Ollama was installed without its engine.',
    hint: 'Install Ollama again from ollama.com.'
  },
  {
    text: /does not support (\w+)/,
    code: 'not_supported',
    message: (_, match) => `The model does not support "${match?.[1] ?? ''}".`,
    hint: null
  },
  {
    text: /model ['"](.*?)['"],? not found/,
    code: 'model_not_found',
    message: (_, match) => `Ollama has no model "${match?.[1] ?? ''}".`,
    hint: 'Pull it, or refresh the list.'
  },
  {
    status: [401, 403],
    code: 'forbidden',
    message: () => 'The Ollama server refused the request.',
    hint: 'A proxy or OLLAMA_ORIGINS on the server may forbid it.'
  },
  {
    status: [404, 405],
    code: 'bad_answer',
    message: (text) => `The server at this address does not know the request: ${clip(text)}`,
    hint: 'Is this an Ollama server? Check the address and its version.'
  },
  {
    status: [400, 413, 422],
    code: 'invalid_input',
    message: (text) => `Ollama refused the request: ${clip(text)}`,
    hint: null
  },
  {
    text: /must be of type|invalid format|invalid duration|missing unit in duration|unknown unit/,
    code: 'invalid_input',
    message: (text) => `Ollama refused the request: ${clip(text)}`,
    hint: null
  }
]

/** `status` is the HTTP status, or null for an error that came inside a stream answered with 200. */
export function classifyOllamaError(status: number | null, text: string): StokerError {
  for (const rule of rules) {
    if (rule.status && (status === null || !rule.status.includes(status))) continue
    const match = rule.text ? rule.text.exec(text) : null
    if (rule.text && !match) continue
    return new StokerError(rule.code, rule.message(text, match), rule.hint, { cause: text })
  }
  const what = status === null ? '' : ` (HTTP ${status})`
  return new StokerError(
    'bad_answer',
    `Ollama failed${what}: ${clip(text) || 'it gave no reason'}`,
    "Ollama's log has the details.",
    { cause: text }
  )
}

/** Old servers say how much was missing; that is worth more than "out of memory". */
function describeMemory(text: string): string {
  const amounts =
    /requires (?:more system memory \()?([\d.]+ [KMGT]i?B)\)? .*?(?:available|only) \(?([\d.]+ [KMGT]i?B)/.exec(text)
  return amounts
    ? `Not enough memory: the model needs ${amounts[1]}, and ${amounts[2]} is available.`
    : 'Not enough memory to load or run the model.'
}

function clip(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300)
}
