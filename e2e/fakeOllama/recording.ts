/** How an exchange with a real server is written down, and what of it is the same on every machine. */

export interface RecordedRequest {
  name: string
  /** "METHOD /path". */
  request: string
  /** An object is sent as JSON, a string as it is. */
  body?: object | string
  headers?: Record<string, string>
  status: number
  /** null: no body, and so no type. */
  type: string | null
  /** Go counts the length of short answers and sends long ones, and streams, in chunks. */
  transfer: 'length' | 'chunked'
  /** The masked body; a RegExp where it is too long to write down. */
  text: string | RegExp
  /** Models in /api/ps right after it: their names and when they go. */
  psAfter?: string[]
}

export const json = 'application/json; charset=utf-8'
export const plain = 'text/plain'
export const lines = 'application/x-ndjson'

export const generate = (body: object) => ({ request: 'POST /api/generate', body: { model: 'plain', ...body } })
export const chat = (body: object) => ({ request: 'POST /api/chat', body: { model: 'plain', ...body } })
export const answered = (text: string | RegExp) => ({ status: 200, type: json, transfer: 'length' as const, text })
export const failed = (status: number, error: string) => ({
  status,
  type: json,
  transfer: 'length' as const,
  text: JSON.stringify({ error })
})
export const done = (model: string, reason: string) =>
  `{"model":"${model}","created_at":TIME,"response":"","done":true,"done_reason":"${reason}"}`
export const chatDone = (reason: string) =>
  `{"model":"plain","created_at":TIME,"message":{"role":"assistant","content":""},"done_reason":"${reason}","done":true}`
export const figures = (prompt: number | 'N', count: number) =>
  `"total_duration":N,"load_duration":N,"prompt_eval_count":${prompt},"prompt_eval_duration":N,"eval_count":${count},"eval_duration":N`
export const ps = (context: number, expires = 'TIME') =>
  `{"models":[{"name":"plain:latest","model":"plain:latest","size":N,"digest":"DIGEST","details":{"parent_model":"","format":"gguf",` +
  `"family":"llama","families":["llama"],"parameter_size":"N","quantization_level":"F16"},"expires_at":${expires},"size_vram":0,"context_length":${context}}]}`
export const inFiveMinutes = ['plain:latest in 300 s']
export const tooLong = 'ab '.repeat(3_000)

/** What differs between any two runs is replaced by a word for its kind. */
export function mask(text: string): string {
  return text
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)"/g, 'TIME')
    .replace(/"((?:total|load|prompt_eval|eval)_duration|size)":\d+/g, '"$1":N')
    .replace(/"digest":"[0-9a-f]{64}"/g, '"digest":"DIGEST"')
    .replace(/"parameter_size":"[^"]*"/g, '"parameter_size":"N"')
    .replace(/"context":\[[\d,]*\]/g, '"context":[N]')
    .replace(/"prompt_eval_count":(?!1[,}]|512)\d+/g, '"prompt_eval_count":N')
    .replace(/"(response|content)":"(?:[^"\\]|\\.)+"/g, '"$1":"WORDS"')
}

/** A /api/ps answer as "name when": never, past, or in so many seconds. */
export function psSummary(answer: unknown, now: number): string[] {
  const { models } = answer as { models: { name: string; expires_at: string }[] }
  return models.map(({ name, expires_at }) => {
    const left = Date.parse(expires_at) - now
    if (left > 100 * 365 * 86_400_000) return `${name} never`
    return left <= 0 ? `${name} past` : `${name} in ${Math.round(left / 1_000)} s`
  })
}
