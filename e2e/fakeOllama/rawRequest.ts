/** One HTTP request as it is written, over node:http: any header, any body, with or without a length. */
import { request } from 'node:http'

export interface RawAnswer {
  status: number
  type: string | null
  transfer: 'length' | 'chunked'
  text: string
}

export function rawRequest(
  url: string,
  line: string,
  body?: object | string,
  headers: Record<string, string> = {}
): Promise<RawAnswer> {
  const [method = '', path = ''] = line.split(' ')
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const { 'x-no-length': noLength, ...sent } = headers
  const length =
    text === undefined || noLength !== undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
  return new Promise((resolve, reject) => {
    const outgoing = request(url + path, { method, agent: false, headers: { ...length, ...sent } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? null,
          transfer: response.headers['transfer-encoding'] === 'chunked' ? 'chunked' : 'length',
          text: Buffer.concat(chunks).toString('utf8')
        })
      )
    })
    outgoing.on('error', reject)
    outgoing.end(text)
  })
}
