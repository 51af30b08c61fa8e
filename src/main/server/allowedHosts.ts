/** Under which names a server may be addressed, given where it listens: the defence against a page that re-points its own name to us. */
import { isIPv4, isIPv6 } from 'node:net'

interface AllowedHostsQuestion {
  /** Where the server was told to listen. */
  bind: string
  port: number
  /** The machine's own name and addresses, asked for only when the server listens on all of them. */
  ownNames: () => readonly string[]
}

const loopbackNames = ['127.0.0.1', 'localhost', '::1']
const everywhere = ['0.0.0.0', '::', '']

export function listAllowedHosts({ bind, port, ownNames }: AllowedHostsQuestion): string[] {
  const names = [...loopbackNames, bind, ...(everywhere.includes(bind) ? ownNames() : [])]
  return [...new Set(names.filter((name) => name !== ''))].flatMap((name) => {
    const host = hostInUrl(name).toLowerCase()
    // On port 80 browsers leave the port out.
    return port === 80 ? [host, `${host}:80`] : [`${host}:${port}`]
  })
}

export function isLoopback(bind: string): boolean {
  return loopbackNames.includes(bind) || (isIPv4(bind) && bind.startsWith('127.'))
}

/** The address a person opens: a server that listens everywhere is reached here at the loopback address. */
export function addressOf(bind: string, port: number): string {
  return `http://${hostInUrl(everywhere.includes(bind) ? '127.0.0.1' : bind)}:${port}`
}

function hostInUrl(name: string): string {
  return isIPv6(name) ? `[${name}]` : name
}
