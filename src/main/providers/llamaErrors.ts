/**
 * What llama.cpp itself says when something is wrong, in its log and in its server's answers. Ollama passes these texts on, the
 * built-in engine logs them: one table for both.
 */
import type { ErrorRule, Told } from './errorTable.ts'

export const memoryHint = 'Unload another model, or load this one with a shorter context.'
export const contextHint = 'Shorten the prompt, or load the model with a longer context.'
const tryAgain = 'Try again in a moment.'

/** CUDA, ROCm, Metal, Vulkan, SYCL and plain memory; the first line is Ollama's own list. */
const outOfMemory = new RegExp(
  'out of memory|out of device memory|cudaMalloc failed|hipMalloc failed|failed to allocate|allocation failed|not enough memory|' +
    'insufficient memory|vk_error_out_of_(?:device|host|pool)_memory|error_?out_?of_?(?:device|host|pool)_?memory|unable to allocate|' +
    'cannot allocate memory|bad_alloc|memory allocation of size \\d+ failed|CUBLAS_STATUS_ALLOC_FAILED|OUT_OF_(?:DEVICE|HOST)_MEMORY|' +
    'larger than (?:the )?(?:buffer maximum|device memory)|exceeds device memory allocation limit|too large for the available VRAM|' +
    'requires more system memory|model requires .* but only .* (?:is|are) available',
  'i'
)

const contextExceeded = new RegExp(
  'longer than the context length|exceeds? (?:the )?(?:available|maximum|model.s)? ?context (?:size|length|window)|exceed_context_size|' +
    'context size (?:has been )?exceeded|context_length_exceeded|maximum context length is|could not find a KV slot|KV cache is full|' +
    'too big compared to KV size|too large to process\\. increase the physical batch size|greater than the context length|context length of only',
  'i'
)

/** Of the file, from the most exact reason to the least. */
const fileRules: ErrorRule[] = [
  {
    text: /unknown model architecture:? ?'?([\w.-]{0,80})/i,
    code: 'unknown_architecture',
    say: ({ model, what }) =>
      what === ''
        ? `${model} is of an architecture that this engine does not know.`
        : `${model} is of the architecture "${what}", which this engine does not know.`,
    hint: ({ updateHint }) => updateHint
  },
  {
    text: /unknown (?:pre-)?tokenizer(?: type)?:? ?'?([\w.-]{0,80})/i,
    code: 'unknown_architecture',
    say: ({ model, what }) => `${model} needs the tokenizer "${what}", which this engine does not know.`,
    hint: ({ updateHint }) => updateHint
  },
  {
    text: /missing tensor '?([\w.-]{1,120})|tensor '([^']{1,120})' not found/,
    code: 'missing_tensor',
    say: ({ model, what }) => `${model} is incomplete: its tensor ${what} is missing.`,
    hint: ({ fileHint }) => fileHint
  },
  {
    text: /tensor '([^']{1,120})' data is not within the file bounds/,
    code: 'bad_model_file',
    say: ({ model, what }) => `${model} is cut off: the data of ${what} lies beyond its end.`,
    hint: ({ fileHint }) => fileHint
  },
  {
    text: /key not found in model: (\S{1,120})|cannot find (tokenizer \w+) in model file/,
    code: 'bad_model_file',
    say: ({ model, what }) => `${model} is incomplete: its header has no ${what}.`,
    hint: ({ fileHint }) => fileHint
  },
  {
    text: /invalid magic (?:characters|number):? ?'?([^'\n]{0,16})|invalid (?:file )?magic|GGUF magic invalid/i,
    code: 'bad_model_file',
    say: ({ model }) => `${model} is no GGUF file.`,
    hint: magicHint
  },
  {
    text: /GGUFv1 is no longer supported|GGUF file is version (\d+) but|(?:bad|unsupported) (?:GGUF )?version/i,
    code: 'bad_model_file',
    say: ({ model }) => `${model} is of a version of GGUF that this engine does not read.`,
    hint: ({ updateHint }) => updateHint
  },
  {
    text: /invalid ggml type (\d+)|has invalid (?:ggml )?type|(?:unsupported|unknown|invalid) quantization/i,
    code: 'bad_model_file',
    say: ({ model }) => `${model} is quantised in a way that this engine does not know.`,
    hint: ({ updateHint }) => updateHint
  },
  {
    text: /(?:illegal|invalid|missing) split (?:file|count)|failed to load GGUF split|must be loaded with the first split|tensors expected but/i,
    code: 'bad_model_file',
    say: ({ model }) => `${model} is split into several files, and one of them is missing or not the right one.`,
    hint: 'Put all its parts into one folder, under their own names; parts cannot simply be joined.'
  },
  {
    text: /tensor '([^']{1,120})' has wrong shape/,
    code: 'bad_model_file',
    say: ({ model, what }) => `${model} is broken: its tensor ${what} has the wrong shape.`,
    hint: ({ fileHint }) => fileHint
  },
  {
    text: /wrong number of tensors; expected (\d+), got (\d+)/,
    code: 'bad_model_file',
    say: ({ model, groups: [expected, got] }) =>
      `${model} does not add up for this engine: it expected ${expected ?? '?'} tensors and found ${got ?? '?'}.`,
    hint: ({ updateHint }) => updateHint
  },
  {
    text: /failed to open GGUF file '?([^'\n]{1,200})|error loading model: failed to open ([^\n]{1,200})/,
    code: 'bad_model_file',
    say: ({ model, what }) => `${model} cannot be read: ${what}`,
    hint: 'Its file was moved or removed, or its permissions forbid it.'
  },
  {
    text: /unexpectedly reached end of file|unexpected EOF in GGUF|failed to read (?:magic|header|key-value pairs|tensor (?:info|data))|\bread error: /i,
    code: 'bad_model_file',
    say: ({ model }) => `${model} is cut off, or its disk cannot be read.`,
    hint: ({ fileHint }) => fileHint
  }
]

/** Of the moment: what the machine or the request cannot do. */
const runRules: ErrorRule[] = [
  {
    text: /request \((\d+) tokens\) exceeds the available context size \((\d+) tokens\)/,
    code: 'context_exceeded',
    say: ({ groups: [asked, room] }) =>
      `The prompt is ${asked ?? '?'} tokens long and the context holds ${room ?? '?'}.`,
    hint: contextHint
  },
  {
    text: contextExceeded,
    code: 'context_exceeded',
    say: () => "The prompt is longer than the model's context.",
    hint: contextHint
  },
  {
    text: outOfMemory,
    code: 'out_of_memory',
    say: describeMemory,
    hint: memoryHint
  },
  {
    text: /(?:CUDA|ROCm|HIP|Vulkan|SYCL) error:? ([^\n]{1,120})|(Error ?DeviceLost|DeviceLostError|VK_ERROR_DEVICE_LOST|no kernel image is available)/i,
    code: 'engine_crashed',
    say: ({ what }) => `The graphics card or its driver failed: ${what}.`,
    hint: 'Load the model again; if it fails again, restart the machine or update the driver.'
  }
]

/** Of llama.cpp's own server. */
const serverRules: ErrorRule[] = [
  {
    text: /^\W*loading model\b(?!:)|server loading model|model is (?:still |being |not yet )?load(?:ing|ed)\b/i,
    code: 'server_busy',
    say: () => 'The server is still loading the model.',
    hint: tryAgain
  },
  {
    text: /no slot available|slot unavailable|no (?:idle )?slots? (?:is|are)? ?available/i,
    code: 'server_busy',
    say: () => 'The server is busy: every place for an answer is taken.',
    hint: tryAgain
  }
]

/** When nothing above says it better. */
const lastRule: ErrorRule = {
  text: /error loading model: ([^\n]{1,200})/,
  code: 'bad_model_file',
  say: ({ engine, model, what }) =>
    `${engine} cannot load ${model.replace(/^The /, 'the ')}: ${what.replace(/\.$/, '')}.`,
  hint: ({ fileHint }) => fileHint
}

export const llamaRules: readonly ErrorRule[] = [...fileRules, ...runRules, ...serverRules, lastRule]

/** Some say how much was missing; that is worth more than "out of memory". */
function describeMemory({ model, text }: Told): string {
  const amounts =
    /requires (?:more system memory \()?([\d.]+ [KMGT]i?B)\)? .*?(?:available|only) \(?([\d.]+ [KMGT]i?B)/.exec(text)
  if (amounts) return `Not enough memory: the model needs ${amounts[1]}, and ${amounts[2]} is available.`
  return `There is not enough memory for ${model.replace(/^The /, 'the ')}.`
}

/** Two files that people take for a model again and again. */
function magicHint({ what, fileHint }: Told): string {
  if (/^vers/i.test(what)) return 'It is a pointer of Git LFS: fetch the file itself with "git lfs pull".'
  if (/^<|^!DO/i.test(what)) return 'It is a web page: download the file itself, not the page about it.'
  return fileHint
}
