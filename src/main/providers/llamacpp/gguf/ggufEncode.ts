/** Encodes the head of a GGUF v3 file: metadata, tensor table, alignment. Pure; the data that follows is the writer's work. */
import { tensorDataBytes } from './ggmlTypes.ts'

export type GgufValue =
  | { type: 'u16'; value: number }
  | { type: 'u32'; value: number }
  | { type: 'i32'; value: number }
  | { type: 'f32'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'strings'; value: readonly string[] }
  | { type: 'f32s'; value: readonly number[] }
  | { type: 'i32s'; value: readonly number[] }
  | { type: 'bools'; value: readonly boolean[] }

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

const alignment = 32
const valueTypes = { u16: 2, u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const

export function alignUp(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment
}

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
  const bytes = createByteWriter()
  bytes.ascii('GGUF')
  bytes.u32(3)
  bytes.u64(tensors.length)
  bytes.u64(metadata.length)
  for (const { key, value } of metadata) {
    bytes.text(key)
    encodeValue(bytes, value)
  }
  for (const { name, dimensions, type, offset } of tensors) {
    bytes.text(name)
    bytes.u32(dimensions.length)
    dimensions.forEach(bytes.u64)
    bytes.u32(type)
    bytes.u64(offset)
  }
  return bytes.paddedTo(alignUp)
}

function encodeValue(bytes: ByteWriter, value: GgufValue): void {
  switch (value.type) {
    case 'u16':
      bytes.u32(valueTypes.u16)
      return bytes.u16(value.value)
    case 'i32':
      bytes.u32(valueTypes.i32)
      return bytes.i32(value.value)
    case 'u32':
      bytes.u32(valueTypes.u32)
      return bytes.u32(value.value)
    case 'f32':
      bytes.u32(valueTypes.f32)
      return bytes.f32(value.value)
    case 'bool':
      bytes.u32(valueTypes.bool)
      return bytes.u8(value.value ? 1 : 0)
    case 'string':
      bytes.u32(valueTypes.string)
      return bytes.text(value.value)
    case 'strings':
      return encodeArray(bytes, valueTypes.string, value.value, bytes.text)
    case 'f32s':
      return encodeArray(bytes, valueTypes.f32, value.value, bytes.f32)
    case 'i32s':
      return encodeArray(bytes, valueTypes.i32, value.value, bytes.i32)
    case 'bools':
      return encodeArray(bytes, valueTypes.bool, value.value, (one) => bytes.u8(one ? 1 : 0))
  }
}

function encodeArray<T>(
  bytes: ByteWriter,
  elementType: number,
  values: readonly T[],
  encode: (value: T) => void
): void {
  bytes.u32(valueTypes.array)
  bytes.u32(elementType)
  bytes.u64(values.length)
  for (const value of values) encode(value)
}

interface ByteWriter {
  ascii(text: string): void
  u8(value: number): void
  u16(value: number): void
  u32(value: number): void
  i32(value: number): void
  u64(value: number): void
  f32(value: number): void
  text(value: string): void
  paddedTo(align: (length: number) => number): Buffer
}

/** One buffer that doubles when it is full: a vocabulary is a hundred thousand small values. */
function createByteWriter(): ByteWriter {
  let buffer = Buffer.alloc(65_536)
  let length = 0

  /** Makes room first: `write` must see the buffer that has it. */
  function put(size: number, write: (buffer: Buffer, at: number) => void): void {
    if (length + size > buffer.length) buffer = Buffer.concat([buffer], Math.max(buffer.length * 2, length + size))
    write(buffer, length)
    length += size
  }

  const u64 = (value: number): void =>
    put(8, (into, at) => {
      into.writeUInt32LE(value % 2 ** 32, at)
      into.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4)
    })
  return {
    ascii: (value) => put(value.length, (into, at) => into.write(value, at, 'latin1')),
    u8: (value) => put(1, (into, at) => into.writeUInt8(value, at)),
    u16: (value) => put(2, (into, at) => into.writeUInt16LE(value, at)),
    u32: (value) => put(4, (into, at) => into.writeUInt32LE(value, at)),
    i32: (value) => put(4, (into, at) => into.writeInt32LE(value, at)),
    u64,
    f32: (value) => put(4, (into, at) => into.writeFloatLE(value, at)),
    text(value) {
      const size = Buffer.byteLength(value)
      u64(size)
      put(size, (into, at) => into.write(value, at, 'utf8'))
    },
    paddedTo(align) {
      const end = align(length)
      put(end - length, (into, at) => into.fill(0, at, end))
      return buffer.subarray(0, end)
    }
  }
}
