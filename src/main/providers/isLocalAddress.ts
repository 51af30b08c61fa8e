/** Whether a server runs on this machine: only then is what its models hold part of this machine's memory. */
import { networkInterfaces } from 'node:os'

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** `own`: the addresses of this machine's network cards. A name that is not known to be ours is taken for another machine's. */
export function isLocalAddress(url: string, own: readonly string[] = ownAddresses()): boolean {
  if (!URL.canParse(url)) return false
  const { hostname } = new URL(url)
  return loopback.test(hostname) || own.includes(hostname.replace(/^\[|\]$/g, ''))
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((cards) => cards?.map(({ address }) => address) ?? [])
}
