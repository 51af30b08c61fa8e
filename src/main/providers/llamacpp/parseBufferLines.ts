/** Exact memory from the engine's own log: "load_tensors:   CPU_Mapped model buffer size =   283.57 MiB". Pure. */
import type { EngineBuffer } from './engineProtocol.ts'

const line = /^(\S+?): +(\S+) +(model|KV|RS|compute|output) buffer size = +(\d+(?:\.\d+)?) MiB/
const mebibyte = 1_048_576
/** A longer line is no line of the engine's; more than this is no buffer of this world. */
const maxLineLength = 400
const maxBytes = 2 ** 50

export function parseBufferLine(text: string): EngineBuffer | null {
  const match = line.exec(text.slice(0, maxLineLength))
  if (!match) return null
  const [, component, device, kind, size] = match
  const bytes = Math.round(Number(size) * mebibyte)
  if (component === undefined || device === undefined || !isKind(kind) || !(bytes <= maxBytes)) return null
  return { component, device, kind, bytes }
}

/**
 * The buffers in force after these lines. Compute and output buffers are reserved again and again, each time in place of the one
 * before; weights (one line per file of a split model) and caches (one line per kind of attention) stand beside each other.
 */
export function parseBufferLines(lines: readonly string[]): EngineBuffer[] {
  const buffers = new Map<string, EngineBuffer>()
  for (const text of lines) {
    const buffer = parseBufferLine(text)
    if (!buffer) continue
    const key = JSON.stringify([buffer.component, buffer.device, buffer.kind])
    const before = buffers.get(key)
    buffers.set(key, before && addsUp(buffer) ? { ...buffer, bytes: before.bytes + buffer.bytes } : buffer)
  }
  return [...buffers.values()]
}

function addsUp({ kind }: EngineBuffer): boolean {
  return kind === 'model' || kind === 'KV' || kind === 'RS'
}

function isKind(kind: string | undefined): kind is EngineBuffer['kind'] {
  return kind === 'model' || kind === 'KV' || kind === 'RS' || kind === 'compute' || kind === 'output'
}
