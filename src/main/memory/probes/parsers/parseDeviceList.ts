/** What `llama-server --list-devices` says a GPU may hold: "  MTL0: Apple M4 Pro (38338 MiB, 38338 MiB free)". */
import { parseScaled } from './parseWhole.ts'

export interface ListedDevice {
  id: string
  name: string
  /** On a Mac the working set. Its "free" is left out: it knows of no other process. */
  totalBytes: number
}

export function parseDeviceList(text: string): ListedDevice[] {
  const devices: ListedDevice[] = []
  for (const line of text.split('\n')) {
    const [, id, name, mib] = /^\s+(\w[^:]*):\s+(.+?)\s+\((\d+)\s+MiB,\s+\d+\s+MiB\s+free\)\s*$/.exec(line) ?? []
    const totalBytes = parseScaled(mib, 2 ** 20)
    if (id !== undefined && name !== undefined && totalBytes !== null && totalBytes > 0)
      devices.push({ id, name, totalBytes })
  }
  return devices
}
