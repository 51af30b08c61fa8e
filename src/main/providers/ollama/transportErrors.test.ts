/** What the network layer throws: whether another attempt can help decides the code, and the words must name the cause. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../lib/clock.ts'
import { createOllamaHttp } from './ollamaHttp.ts'
import { toTransportError } from './transportErrors.ts'

const never = new AbortController().signal
const words = { url: 'https://models.home', connectTimeoutMs: () => 5_000 }
const told = (code: string) => toTransportError(Object.assign(new Error('x'), { code }), never, words)

describe('errors of connections', () => {
  it('that no further attempt can mend are not called a server that is down, which is asked again and again', () => {
    for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'])
      expect(told(code)).toMatchObject({
        code: 'bad_answer',
        message: `The certificate of https://models.home is not trusted (${code}).`
      })
    expect(told('UNABLE_TO_VERIFY_LEAF_SIGNATURE')).toMatchObject({ code: 'bad_answer' })
    expect(told('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE')).toMatchObject({
      code: 'bad_answer',
      message: 'No encrypted connection with https://models.home came about (ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE).'
    })
  })

  it('tell https where there is only http from a certificate', async () => {
    const server = createServer((_request, response) => response.end('{}'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const http = createOllamaHttp({ url, connectTimeoutMs: () => 5_000, clock: systemClock })
    await expect(http.json('GET', '/api/version', null, { signal: never, timeoutMs: 5_000 })).rejects.toMatchObject({
      code: 'bad_answer',
      message: `What answers at ${url} does not speak HTTPS.`,
      hint: 'Write http:// instead of https:// in its address.'
    })
    await http.dispose()
    server.close()
  })

  it('that pass by themselves are', () => {
    for (const code of ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENOTFOUND', 'UND_ERR_SOCKET'])
      expect(told(code)).toMatchObject({ code: 'server_down' })
  })
})
