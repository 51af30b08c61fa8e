/** Opens the address in the person's own browser, where there is one to see. */
import { spawn } from 'node:child_process'

/** The command as a list of arguments, so that no shell ever reads the address; null where nobody would see a browser. */
export function chooseOpener(
  platform: NodeJS.Platform,
  environment: Record<string, string | undefined>
): [string, ...string[]] | null {
  const isRemote = Boolean(environment['SSH_CONNECTION'])
  if (platform === 'darwin') return isRemote ? null : ['open']
  if (platform === 'win32') return isRemote ? null : ['rundll32', 'url.dll,FileProtocolHandler']
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? ['xdg-open'] : null
}

/** The address is on the terminal as well, so an opener that is missing or fails costs nothing. */
export function openBrowser(address: string): void {
  const opener = chooseOpener(process.platform, process.env)
  if (!opener) return
  const [command, ...args] = opener
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}
