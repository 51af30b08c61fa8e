/** What probes may do to the outside world; tests hand in their own. */

/** A running child that speaks in lines. */
export interface LineChild {
  write(text: string): void
  kill(): void
}

export interface ChildListener {
  line(line: string): void
  /** Called once: it ended, or could not be started. */
  end(reason: string): void
}

export interface FilePorts {
  /** A small file's text, or null when it cannot be read. Synchronous: /proc and /sys answer from memory, in microseconds. */
  readText(path: string): string | null
  /** The last `maxBytes` of a file that may be long, or null. */
  readTail(path: string, maxBytes: number): string | null
  /** Names in a folder; empty when it cannot be read. */
  list(path: string): string[]
}

export interface ProcessPorts {
  start(command: string, args: readonly string[], listener: ChildListener): LineChild
  /** Everything a command that ends by itself printed; null when it failed or took too long. */
  run(command: string, args: readonly string[], timeoutMs: number): Promise<string | null>
  /** Full path of a program on PATH (or of a path given as such), or null. */
  findExecutable(name: string): string | null
  isAlive(pid: number): boolean
}

export interface SystemFacts {
  platform: string
  /** os.release(): on macOS the Darwin version. */
  release: string
  cpuModel: string
  totalBytes: number
  freeBytes(): number
  homeDirectory: string
}
