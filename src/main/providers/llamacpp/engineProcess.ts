/** A child process that runs one model, however it was started: fork in Node, utilityProcess in Electron. */
import type { ToEngine } from './engineProtocol.ts'

export interface EngineProcess {
  readonly pid: number | undefined
  send(message: ToEngine): void
  /** Messages are parsed by the receiver: a dying process can say anything. */
  onMessage(listener: (message: unknown) => void): void
  onStderr(listener: (text: string) => void): void
  onExit(listener: (exit: { code: number | null; signal: string | null }) => void): void
  /** At once and for good. */
  kill(): void
}

export type LaunchEngine = () => EngineProcess
