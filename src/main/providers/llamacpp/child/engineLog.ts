/** The engine's log of this process: the buffers it names, and its last words, in which the reason of a failure is. */
import type { EngineBuffer } from '../engineProtocol.ts'
import { parseBufferLines } from '../parseBufferLines.ts'

export interface EngineLog {
  add(text: string): void
  tail(): string
}

const keptCharacters = 4_096

export function createEngineLog(onBuffers: (buffers: EngineBuffer[]) => void): EngineLog {
  const bufferLines: string[] = []
  let tail = ''
  return {
    add(text) {
      tail = `${tail}${text}\n`.slice(-keptCharacters)
      const lines = text.split('\n').filter((line) => line.includes('buffer size ='))
      if (lines.length === 0) return
      bufferLines.push(...lines)
      onBuffers(parseBufferLines(bufferLines))
    },
    tail: () => tail
  }
}
