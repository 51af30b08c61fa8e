/** Lines for whoever runs Stoker: time, level, what happened. On standard error, because standard output belongs to the address line. */

export interface Logger {
  info(message: string, details?: unknown): void
  warn(message: string, details?: unknown): void
  error(message: string, details?: unknown): void
}

export function createLogger(write: (line: string) => void = (line) => void process.stderr.write(line)): Logger {
  const log = (level: string, message: string, details: unknown): void => {
    const text =
      details instanceof Error
        ? (details.stack ?? details.message)
        : details === undefined
          ? ''
          : JSON.stringify(details)
    write(`${new Date().toISOString()} ${level} ${message}${text === '' ? '' : ` ${text}`}\n`)
  }
  return {
    info: (message, details) => log('info', message, details),
    warn: (message, details) => log('warn', message, details),
    error: (message, details) => log('error', message, details)
  }
}

export const silentLogger: Logger = { info: () => {}, warn: () => {}, error: () => {} }
