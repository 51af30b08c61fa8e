/** Encodes the head of a GGUF v3 file: metadata, tensor table, alignment. Pure; the data that follows is the writer's work. */
import { tensorDataBytes } from './ggmlTypes.ts'

export type GgufValue =
  | { type: 'u32'; value: number }
  | { type: 'i32'; value: number }
  | { type: 'f32'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'strings'; value: readonly string[] }
  | { type: 'f32s'; value: readonly number[] }
  | { type: 'i32s'; value: readonly number[] }

export interface GgufMetadataEntry {
  key: string
  value: GgufValue
}

export interface GgufTensor {
  name: string
  /** Innermost first, as in the file. */
  dimensions: readonly number[]
  /** ggml's own number of the type. */
  type: number
}

export interface PlacedTensor extends GgufTensor {
  /** From the start of the data section. */
  offset: number
  bytes: number
}

export const ggufAlignment = 32
const valueTypes = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const

/** Where each tensor's data lies: every one starts at a multiple of the alignment. */
export function placeTensors(tensors: readonly GgufTensor[]): { placed: PlacedTensor[]; dataBytes: number } {
  let offset = 0
  const placed = tensors.map((tensor) => {
    const bytes = tensorDataBytes(tensor.type, tensor.dimensions) ?? 0
    const place = { ...tensor, offset, bytes }
    offset = alignUp(offset + bytes)
    return place
  })
  return { placed, dataBytes: offset }
}

/** Everything before the tensor data, padded to the alignment. */
export function encodeHead(metadata: readonly GgufMetadataEntry[], tensors: readonly PlacedTensor[]): Buffer {
  const parts: Buffer[] = [
    Buffer.from('GGUF', 'latin1'),
    u32(3),
    u64(tensors.length),
    u64(metadata.length),
    ...metadata.flatMap(({ key, value }) => [text(key), ...encodeValue(value)]),
    ...tensors.flatMap(({ name, dimensions, type, offset }) => [
      text(name),
      u32(dimensions.length),
      ...dimensions.map(u64),
      u32(type),
      u64(offset)
    ])
  ]
  const head = Buffer.concat(parts)
  return Buffer.concat([head, Buffer.alloc(alignUp(head.length) - head.length)])
}

export function alignUp(bytes: number): number {
  return Math.ceil(bytes / ggufAlignment) * ggufAlignment
}

function encodeValue(value: GgufValue): Buffer[] {
  switch (value.type) {
    case 'u32':
      return [u32(valueTypes.u32), u32(value.value)]
    case 'i32':
      return [u32(valueTypes.i32), i32(value.value)]
    case 'f32':
      return [u32(valueTypes.f32), f32(value.value)]
    case 'bool':
      return [u32(valueTypes.bool), Buffer.from([value.value ? 1 : 0])]
    case 'string':
      return [u32(valueTypes.string), text(value.value)]
    case 'strings':
      return [...arrayHead(valueTypes.string, value.value.length), ...value.value.map(text)]
    case 'f32s':
      return [...arrayHead(valueTypes.f32, value.value.length), Buffer.from(Float32Array.from(value.value).buffer)]
    case 'i32s':
      return [...arrayHead(valueTypes.i32, value.value.length), Buffer.from(Int32Array.from(value.value).buffer)]
  }
}

function arrayHead(elementType: number, length: number): Buffer[] {
  return [u32(valueTypes.array), u32(elementType), u64(length)]
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}

function i32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32LE(value)
  return buffer
}

function f32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeFloatLE(value)
  return buffer
}

function u64(value: number): Buffer {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64LE(BigInt(value))
  return buffer
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([u64(bytes.length), bytes])
}
