/** Reads OLLAMA_HOST the way Ollama's own client does, and answers the base address to connect to. */
import { StokerError } from '../../../shared/errors.ts'

const defaultHost = '127.0.0.1'

/**
 * Every form Ollama knows: nothing, host, host:port, :port, IPv4, IPv6 bare or in brackets, and scheme://host[:port][/path].
 * Without a scheme the port is Ollama's own 11434; with one it is the scheme's (80, 443), as in Ollama. Where Ollama would
 * fall back silently (a port of 99999), this refuses: a person who mistyped an address wants to know.
 */
export function parseOllamaHost(text: string | undefined): string {
  const trimmed = trim(text ?? '')
  const [, schemeText, rest = ''] = /^(?:([^:/]*):\/\/)?(.*)$/s.exec(trimmed) ?? []
  const scheme = schemeText?.toLowerCase() ?? 'http'
  if (scheme !== 'http' && scheme !== 'https') throw refuse(trimmed, `"${scheme}" is not http or https`)
  if (/[\s\\@?#"']|\p{Cc}/u.test(rest)) throw refuse(trimmed, 'it holds a character no address has')
  const slash = rest.indexOf('/')
  const hostAndPort = slash < 0 ? rest : rest.slice(0, slash)
  const path = slash < 0 ? '' : rest.slice(slash).replace(/\/+$/, '')
  const { host, port } = splitHostAndPort(hostAndPort, trimmed)
  const usedPort = port ?? (schemeText === undefined ? '11434' : '')
  return assemble(scheme, host, usedPort, path, trimmed)
}

/** Ollama itself strips spaces and both kinds of quotes, in any order people pasted them. */
function trim(text: string): string {
  return text.replace(/^[\s"']+|[\s"']+$/g, '')
}

function splitHostAndPort(text: string, whole: string): { host: string; port: string | null } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text)
  if (bracketed) return { host: `[${bracketed[1] ?? ''}]`, port: checkedPort(bracketed[2], whole) }
  // Two colons and no brackets: a bare IPv6 address, which cannot carry a port.
  if (text.split(':').length > 2) return { host: `[${text}]`, port: null }
  const [host = '', port] = text.split(':')
  if (/^\d+$/.test(host))
    throw refuse(whole, 'a number alone is not a host', `For a port on this machine write ":${host}".`)
  return { host: host === '' ? defaultHost : host, port: checkedPort(port, whole) }
}

function checkedPort(text: string | undefined, whole: string): string | null {
  if (text === undefined || text === '') return null
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_535)
    throw refuse(whole, `"${text}" is not a port`)
  return text
}

function assemble(scheme: string, host: string, port: string, path: string, whole: string): string {
  let url: URL
  try {
    url = new URL(`${scheme}://${host}${port === '' ? '' : `:${port}`}${path}`)
  } catch {
    throw refuse(whole, 'it is not an address')
  }
  // These two are for a server to listen on; a client connects to the loopback behind them.
  if (url.hostname === '0.0.0.0') url.hostname = defaultHost
  if (url.hostname === '[::]') url.hostname = '[::1]'
  return url.origin + url.pathname.replace(/\/+$/, '')
}

function refuse(
  text: string,
  why: string,
  hint = 'Write it like "127.0.0.1:11434" or "http://my-server:11434".'
): StokerError {
  return new StokerError('invalid_input', `"${text.slice(0, 80)}" is not an Ollama address: ${why}.`, hint)
}
