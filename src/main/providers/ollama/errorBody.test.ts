/** What a server sends with an error: text lost here is an error without a reason, a pause misread is a server hammered or forgotten. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readErrorBody } from './errorBody.ts'
import { readRetryAfterMs } from './retryAfter.ts'

describe('the body of an error', () => {
  it.each([
    ['{"error":"model \'x\' not found"}', "model 'x' not found"],
    [
      '{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}',
      'Loading model (unavailable_error)'
    ],
    ['{"error":{"message":"No such model","type":null,"code":"model_not_found"}}', 'No such model'],
    [
      '{"error":"{\\"error\\":{\\"code\\":400,\\"message\\":\\"too long\\",\\"type\\":\\"exceed_context_size_error\\"}}"}',
      'too long (exceed_context_size_error)'
    ],
    [
      '{"object":"error","message":"vLLM says so","type":"BadRequestError","code":400}',
      'vLLM says so (BadRequestError)'
    ],
    ['{"detail":"Not Found"}', 'Not Found'],
    ['{"detail":[{"message":"first"},{"message":"second"}]}', 'first'],
    ['{"error":{"strange":1}}', '{"strange":1}'],
    ['{"answer":42}', '{"answer":42}'],
    ['404 page not found', '404 page not found'],
    ['{half', '{half'],
    ['', ''],
    [
      '<html>\r\n<head><title>502 Bad Gateway</title></head><body><h1>502</h1><script>x</script></body></html>',
      '502 Bad Gateway 502'
    ]
  ])('%s', (body, text) => {
    expect(readErrorBody(body)).toBe(text)
  })

  it.each(['<html><script>', '<html><'])('of megabytes of %s is read in no time', (piece) => {
    const startedAt = performance.now()
    expect(readErrorBody(piece.repeat(200_000)).length).toBeLessThanOrEqual(2_000)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })

  it('may be anything', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"error":${json}}`)
        ),
        (body) => {
          expect(readErrorBody(body).length).toBeLessThanOrEqual(2_000)
        }
      )
    )
  })
})

describe('Retry-After', () => {
  const now = Date.parse('2026-03-01T12:00:00Z')
  it.each([
    ['7', 7_000],
    ['0', 0],
    [' 1.5 ', 1_500],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['86400', 600_000],
    ['9'.repeat(400), 600_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 600_000],
    ['-5', undefined],
    ['soon', undefined],
    ['1e9', undefined],
    ['', undefined],
    [undefined, undefined],
    [['3', '4'], 3_000]
  ])('%s is %s ms', (header, ms) => {
    expect(readRetryAfterMs(header, now)).toBe(ms)
  })

  it('is never before now, never far away, never a wrong number', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString())
        ),
        (header) => {
          const ms = readRetryAfterMs(header, now)
          expect(ms === undefined || (ms >= 0 && ms <= 600_000)).toBe(true)
        }
      )
    )
  })
})
