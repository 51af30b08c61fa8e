/** What was asked for on the command line, or why it cannot be understood. */
import { parseArgs } from 'node:util'

export interface ServeOptions {
  port: number
  bind: string
  dataDirectory: string | undefined
  /** Where the token of this start is written for other programs; undefined: nowhere. */
  tokenFile: string | undefined
  shouldOpenBrowser: boolean
}

export type CommandLine =
  | { kind: 'serve'; options: ServeOptions }
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; message: string }

const defaultPort = 7456

export const usage = `Usage: npm start -- --serve [options]

  --serve           serve Stoker to a browser instead of opening a window
  --port PORT       where to listen (${defaultPort}; 0 takes any free port)
  --bind ADDRESS    on which address (127.0.0.1: this machine only)
  --data-dir DIR    where settings, history and sample models are kept (or STOKER_DATA_DIR)
  --token-file FILE write the token there, for programs that watch Stoker (readable by you alone)
  --no-open         do not open the browser
  --version, --help
`

export function parseCommandLine(args: string[]): CommandLine {
  let values
  try {
    values = parseArgs({
      args,
      options: {
        serve: { type: 'boolean' },
        port: { type: 'string', default: String(defaultPort) },
        bind: { type: 'string', default: '127.0.0.1' },
        'data-dir': { type: 'string' },
        'token-file': { type: 'string' },
        'no-open': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' }
      }
    }).values
  } catch (error) {
    // What follows the first sentence explains positional arguments, of which there are none.
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.(?:\s|$)/)
    return { kind: 'mistake', message: `${sentence}.` }
  }
  if (values.help) return { kind: 'help' }
  if (values.version) return { kind: 'version' }
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : NaN
  if (!(port <= 65_535))
    return { kind: 'mistake', message: `--port takes a number from 0 to 65535, not "${values.port}".` }
  if (!/^[\w.:%-]+$/.test(values.bind))
    return { kind: 'mistake', message: `--bind takes an address of this machine, not "${values.bind}".` }
  if (values['data-dir'] === '') return { kind: 'mistake', message: '--data-dir takes a folder.' }
  if (values['token-file'] === '') return { kind: 'mistake', message: '--token-file takes a file.' }
  return {
    kind: 'serve',
    options: {
      port,
      bind: values.bind,
      dataDirectory: values['data-dir'],
      tokenFile: values['token-file'],
      shouldOpenBrowser: !values['no-open']
    }
  }
}
