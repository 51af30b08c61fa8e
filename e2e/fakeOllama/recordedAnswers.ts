/** Recorded from a real Ollama 0.11.4: failures, answers, copies, downloads, refusals. In their order, because later answers depend on earlier ones. */
import {
  answered,
  chat,
  done,
  failed,
  figures,
  generate,
  json,
  lines,
  plain,
  ps,
  tooLong,
  type RecordedRequest
} from './recording.ts'

const failures: RecordedRequest[] = [
  {
    name: 'a missing tensor',
    request: 'POST /api/generate',
    body: { model: 'broken' },
    status: 500,
    type: json,
    transfer: 'length',
    // Whether the engine's next line made it into the answer too differed from run to run.
    text: /^\{"error":"llama runner process has terminated: error loading model: missing tensor 'blk\.0\.ffn_up\.weight'(?:\\n[^"]*)?"\}$/
  },
  {
    name: 'an unknown architecture',
    request: 'POST /api/generate',
    body: { model: 'odd' },
    status: 500,
    type: json,
    transfer: 'length',
    text: /^\{"error":"unable to load model: \/.*\/blobs\/sha256-[0-9a-f]{64}"\}$/
  },
  {
    name: 'an option of the wrong type',
    ...generate({ prompt: 'a', options: { num_ctx: '8192' } }),
    ...failed(500, 'option "num_ctx" must be of type integer')
  },
  {
    name: 'a bad format, after the 200',
    ...generate({ prompt: 'a', format: 'xml', options: { num_predict: 2 } }),
    status: 200,
    type: lines,
    transfer: 'chunked',
    text: `${JSON.stringify({ error: 'invalid format: "\\"xml\\""; expected "json" or a valid JSON Schema object' })}\n`
  },
  {
    name: 'tools on a plain model',
    ...chat({
      messages: [{ role: 'user', content: 'x' }],
      tools: [{ type: 'function', function: { name: 'f', parameters: {} } }]
    }),
    ...failed(400, 'registry.ollama.ai/library/plain:latest does not support tools')
  },
  {
    name: 'thinking on a plain model',
    ...chat({ messages: [{ role: 'user', content: 'x' }], think: true }),
    ...failed(400, 'registry.ollama.ai/library/plain:latest does not support thinking')
  }
]

const answers: RecordedRequest[] = [
  {
    name: 'a stream',
    ...generate({ prompt: 'hello', options: { num_predict: 4 } }),
    status: 200,
    type: lines,
    transfer: 'chunked',
    text: `${`{"model":"plain","created_at":TIME,"response":"WORDS","done":false}\n`.repeat(4)}{"model":"plain","created_at":TIME,"response":"","done":true,"done_reason":"length","context":[N],${figures('N', 4)}}\n`
  },
  {
    name: 'a stream by chat',
    ...chat({ messages: [{ role: 'user', content: 'hello' }], options: { num_predict: 4 } }),
    status: 200,
    type: lines,
    transfer: 'chunked',
    text: `${`{"model":"plain","created_at":TIME,"message":{"role":"assistant","content":"WORDS"},"done":false}\n`.repeat(4)}{"model":"plain","created_at":TIME,"message":{"role":"assistant","content":""},"done_reason":"length","done":true,${figures('N', 4)}}\n`
  },
  {
    name: 'a reload for num_ctx 1024',
    ...generate({ options: { num_ctx: 1024 } }),
    ...answered(done('plain', 'load'))
  },
  { name: 'ps with num_ctx 1024', request: 'GET /api/ps', ...answered(ps(1024)) },
  { name: 'a reload back, without num_ctx', ...generate({}), ...answered(done('plain', 'load')) },
  { name: 'ps with the default num_ctx', request: 'GET /api/ps', ...answered(ps(4096)) },
  {
    name: 'a prompt too long is cut',
    ...generate({ prompt: tooLong, stream: false, options: { num_ctx: 512, num_predict: 2 } }),
    status: 200,
    type: json,
    transfer: 'chunked',
    text: `{"model":"plain","created_at":TIME,"response":"WORDS","done":true,"done_reason":"length","context":[N],${figures(512, 2)}}`
  },
  {
    name: 'also with truncate and shift false',
    ...generate({
      prompt: tooLong,
      stream: false,
      truncate: false,
      shift: false,
      options: { num_ctx: 512, num_predict: 2 }
    }),
    status: 200,
    type: json,
    transfer: 'chunked',
    text: `{"model":"plain","created_at":TIME,"response":"WORDS","done":true,"done_reason":"length","context":[N],${figures(512, 2)}}`
  },
  {
    name: 'embed',
    request: 'POST /api/embed',
    body: { model: 'plain', input: 'x' },
    status: 200,
    type: json,
    transfer: 'chunked',
    text: /^\{"model":"plain","embeddings":\[\[.*\]\],"total_duration":N,"load_duration":N,"prompt_eval_count":1\}$/
  },
  {
    name: 'embed on a missing model',
    request: 'POST /api/embed',
    body: { model: 'nope', input: 'x' },
    ...failed(404, 'model "nope" not found, try pulling it first')
  }
]

const library: RecordedRequest[] = [
  {
    name: 'copy',
    request: 'POST /api/copy',
    body: { source: 'plain', destination: 'plain-copy' },
    status: 200,
    type: null,
    transfer: 'length',
    text: ''
  },
  {
    name: 'copy of a missing model',
    request: 'POST /api/copy',
    body: { source: 'nope', destination: 'x' },
    ...failed(404, 'model "nope" not found')
  },
  {
    name: 'delete without a length: the body is not seen',
    request: 'DELETE /api/delete',
    body: { model: 'plain-copy' },
    headers: { 'x-no-length': '' },
    ...failed(400, 'missing request body')
  },
  {
    name: 'delete of a missing model',
    request: 'DELETE /api/delete',
    body: { model: 'nope' },
    ...failed(404, "model 'nope' not found")
  },
  {
    name: 'delete',
    request: 'DELETE /api/delete',
    body: { model: 'plain-copy' },
    status: 200,
    type: null,
    transfer: 'length',
    text: ''
  },
  {
    name: 'a pull without a network',
    request: 'POST /api/pull',
    body: { model: 'nope-nope' },
    status: 200,
    type: lines,
    transfer: 'chunked',
    text: /^\{"status":"pulling manifest"\}\n\{"error":"pull model manifest: Get \\"https:\/\/registry\.ollama\.ai\/v2\/library\/nope-nope\/manifests\/latest\\": dial tcp: lookup registry\.ollama\.ai.*"\}\n$/
  },
  {
    name: 'the same, not streamed',
    request: 'POST /api/pull',
    body: { model: 'nope-nope', stream: false },
    status: 500,
    type: 'application/json',
    transfer: 'length',
    text: /^\{"error":"pull model manifest: Get .*dial tcp: lookup registry\.ollama\.ai.*"\}$/
  },
  {
    name: 'a foreign page',
    request: 'GET /api/tags',
    headers: { origin: 'https://elsewhere.example' },
    status: 403,
    type: null,
    transfer: 'length',
    text: ''
  },
  {
    name: 'a foreign host name',
    request: 'GET /api/version',
    headers: { host: 'elsewhere.example' },
    status: 403,
    type: null,
    transfer: 'length',
    text: ''
  },
  {
    name: 'an unknown path',
    request: 'GET /api/unknown',
    status: 404,
    type: plain,
    transfer: 'length',
    text: '404 page not found'
  },
  {
    name: 'a wrong method',
    request: 'GET /api/generate',
    status: 405,
    type: plain,
    transfer: 'length',
    text: '405 method not allowed'
  },
  {
    name: 'status, which came later',
    request: 'GET /api/status',
    status: 404,
    type: plain,
    transfer: 'length',
    text: '404 page not found'
  }
]

export const recordedAnswers: RecordedRequest[] = [...failures, ...answers, ...library]
