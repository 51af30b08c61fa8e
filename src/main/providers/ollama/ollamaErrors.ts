/** Ollama's error texts of both generations (to 0.24 and from 0.30 on), llama.cpp's within them, and plain HTTP statuses. Pure. */
import { StokerError, type StokerErrorOptions } from '../../../shared/errors.ts'
import { clip, matchRules, type ErrorRule, type Speaker } from '../errorTable.ts'
import { llamaRules, memoryHint } from '../llamaErrors.ts'

const tryAgain = 'Try again in a moment.'
const logHint = "Ollama's log has the details."

const speaker: Speaker = {
  engine: 'Ollama',
  model: 'The model',
  updateHint: 'A newer Ollama may know it: update Ollama, then load the model again.',
  fileHint: 'The file may be damaged or made for another program. Remove the model and pull it again.'
}

/** What we cancel ourselves never comes here (transportErrors.ts): to the server somebody else has gone, such as a proxy in between, or it has itself. */
const givenUp: Pick<ErrorRule, 'code' | 'say' | 'hint'> = {
  code: 'server_failed',
  say: () => 'Ollama gave the request up before it was done; it was not cancelled here.',
  hint: "Ask again. If it happens again, Ollama's log has the reason, or a proxy in between has cut the connection."
}

/** Read before llama.cpp's own: what only looks like one of those. */
const firstRules: ErrorRule[] = [
  { status: [499], ...givenUp },
  { text: /context canceled|^request canceled$/, ...givenUp },
  {
    text: /server busy, please try again/,
    code: 'server_busy',
    say: () => 'Ollama is busy: its queue is full.',
    hint: tryAgain
  },
  {
    text: /no space left on device|not enough (?:disk )?space|disk (?:is )?full/i,
    code: 'storage_failed',
    say: () => 'The disk of the Ollama server is full.',
    hint: 'Remove a model you no longer need.'
  },
  {
    text: /permission denied|access is denied|read-only file system/i,
    code: 'storage_failed',
    say: ({ text }) => `Ollama has no permission for a file it needs: ${text}`,
    hint: 'Check the permissions of its models folder (OLLAMA_MODELS) on its machine.'
  },
  {
    text: /not supported by your version of Ollama|unsupported (?:model )?architecture/i,
    code: 'unknown_architecture',
    say: () => 'This version of Ollama does not support the model.',
    hint: speaker.updateHint
  },
  {
    text: /requires a newer version of Ollama|pull model manifest: 412\b/,
    code: 'not_supported',
    say: () => 'The model needs a newer version of Ollama.',
    hint: 'Update Ollama, then pull the model again.'
  }
]

const libraryRules: ErrorRule[] = [
  {
    text: /pull model manifest: file does not exist/,
    code: 'model_not_found',
    say: () => 'The Ollama library has no model of that name.',
    hint: 'Check the name and its tag on ollama.com/library.'
  },
  {
    text: /digest mismatch/,
    code: 'bad_answer',
    say: () => 'The download arrived damaged.',
    hint: 'Pull again: what was damaged is fetched anew.'
  },
  {
    text: /dial tcp|no such host|i\/o timeout|TLS handshake|max retries exceeded|network is unreachable|pull model manifest|"https:\/\//,
    code: 'bad_answer',
    say: () => 'Ollama could not reach the model library.',
    hint: "Check the Ollama machine's internet connection, then pull again: it resumes where it stopped."
  }
]

const runnerRules: ErrorRule[] = [
  {
    text: /signal: killed|exit status 137\b/,
    code: 'out_of_memory',
    say: () => "The system ended Ollama's engine, most likely because memory ran out.",
    hint: memoryHint
  },
  {
    text: /timed out waiting for (?:llama|mlx)|timeout waiting for mlx/,
    code: 'timed_out',
    say: () => 'Ollama gave up: the load made no progress for too long.',
    hint: 'Load it again; OLLAMA_LOAD_TIMEOUT on the server allows more time.'
  },
  {
    text: /this model may be incompatible|unable to load model|failed to load model/i,
    code: 'bad_model_file',
    say: () => 'Ollama cannot load this model file.',
    hint: "It may be damaged, or of an architecture this Ollama does not know. Ollama's log has the reason; update Ollama or pull the model again."
  },
  {
    text: /unexpectedly stopped|process has terminated|process no longer running|error was encountered while running the model|mlx runner failed|runner exited|connection reset by peer|forcibly closed|\bEOF$/,
    code: 'engine_crashed',
    say: ({ text }) => `Ollama's engine stopped: ${text}`,
    hint: "Load the model again. If it stops again, Ollama's log says why; too little memory is the usual reason."
  },
  {
    text: /llama-server binary not found|no suitable llama servers found|unable to find (?:the )?runner/,
    code: 'not_supported',
    say: () => 'This Ollama was installed without its engine.',
    hint: 'Install Ollama again from ollama.com.'
  }
]

/** Its own calls to the engine beside it, which must not be taken for calls to the model library. */
const engineCallRule: ErrorRule = {
  text: /POST predict|do \w+ request|(?:Post|Get) \\?"http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+/i,
  code: 'engine_crashed',
  say: ({ text }) => `Ollama's engine stopped: ${text}`,
  hint: "Load the model again. If it stops again, Ollama's log says why; too little memory is the usual reason."
}

const requestRules: ErrorRule[] = [
  {
    text: /token repeat limit reached/,
    code: 'bad_answer',
    say: () => 'Ollama ended the answer: the model repeated itself without end.',
    hint: 'Ask again, or set a repeat penalty.'
  },
  {
    text: /does not support (\w+)/,
    code: 'not_supported',
    say: ({ what }) => `The model does not support "${what}".`,
    hint: 'Choose another model for this.'
  },
  {
    text: /model \\?['"](.*?)\\?['"],? not found/,
    code: 'model_not_found',
    say: ({ what }) => `Ollama has no model "${what}".`,
    hint: 'Pull it, or refresh the list.'
  },
  {
    text: /cannot unmarshal object into Go struct field \w+\.format/,
    code: 'not_supported',
    say: () => 'This version of Ollama takes no schema for its answers.',
    hint: 'Update Ollama to 0.5 or newer, or ask for any JSON.'
  },
  {
    text: /invalid JSON schema in format|JSON schema conversion failed|unrecognized schema|failed to (?:parse|initialize) grammar/i,
    code: 'invalid_input',
    say: ({ text }) => `Ollama cannot keep to the schema of the answer: ${text}`,
    hint: 'Change the schema, or ask for any JSON.'
  },
  {
    text: /must be of type|invalid format|invalid duration|missing unit in duration|unknown unit|model is required|missing request body/,
    code: 'invalid_input',
    say: ({ text }) => `Ollama refused the request: ${text}`,
    hint: null
  }
]

/** Statuses alone, where the text says nothing known. */
const statusRules: ErrorRule[] = [
  {
    status: [408, 425, 429, 503],
    code: 'server_busy',
    say: ({ text }) => (text === '' ? 'Ollama is busy.' : `Ollama is busy: ${text}`),
    hint: tryAgain
  },
  {
    status: [401, 403, 407],
    code: 'forbidden',
    say: ({ text }) =>
      text === '' ? 'The Ollama server refused the request.' : `The Ollama server refused the request: ${text}`,
    hint: 'A proxy or OLLAMA_ORIGINS on the server may forbid it.'
  },
  {
    status: [404, 405],
    code: 'bad_answer',
    say: ({ text }) => `The server at this address does not know the request: ${text}`,
    hint: 'Is this an Ollama server? Check the address and its version.'
  },
  {
    status: [501, 505],
    code: 'not_supported',
    say: ({ text }) => `The server cannot do this: ${text}`,
    hint: 'Check its version.'
  },
  {
    status: [507],
    code: 'storage_failed',
    say: () => 'The disk of the Ollama server is full.',
    hint: 'Remove a model you no longer need.'
  },
  {
    status: { from: 400, to: 499 },
    code: 'invalid_input',
    say: ({ text, status }) => `Ollama refused the request (HTTP ${status}): ${text}`,
    hint: null
  },
  {
    status: [502, 504],
    code: 'server_failed',
    say: ({ text, status }) =>
      `What stands before Ollama, a proxy, could not reach it (HTTP ${status})${text && `: ${text}`}`,
    hint: 'Check that Ollama runs on its machine, then try again.'
  },
  {
    status: { from: 500, to: 599 },
    code: 'server_failed',
    say: ({ text, status }) => `Ollama failed (HTTP ${status}): ${text || 'it gave no reason'}`,
    hint: logHint
  }
]

const rules: readonly ErrorRule[] = [
  ...firstRules,
  ...llamaRules,
  engineCallRule,
  ...libraryRules,
  ...runnerRules,
  ...requestRules,
  ...statusRules
]

/** `status` is the HTTP status, or null for an error that came inside a stream answered with 200. */
export function classifyOllamaError(
  status: number | null,
  text: string,
  options: Pick<StokerErrorOptions, 'retryAfterMs'> = {}
): StokerError {
  const known = matchRules(rules, speaker, status, text, options)
  if (known) return known
  const what = status === null ? '' : ` (HTTP ${status})`
  return new StokerError('bad_answer', `Ollama failed${what}: ${clip(text) || 'it gave no reason'}`, logHint, {
    cause: text,
    ...options
  })
}
