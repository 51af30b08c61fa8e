/** One block of random weights per type, made once and reused at many offsets: a gigabyte needs no gigabyte of random numbers. */

export type WeightType = 'f16' | 'q8_0' | 'q4_0'

/** 34 bytes are q8_0's block of 32 values, 18 are q4_0's; a half is 2 bytes, and any even number suits it. */
const unitBytes = { f16: 34, q8_0: 34, q4_0: 18 } as const
const unitsPerBlock = 2 ** 15

export interface RandomWeights {
  /** Slices that together hold `bytes` of weights; their memory is shared, so write them and let go. */
  slices(bytes: number, maxSliceBytes: number): Generator<Buffer>
}

/** The same seed gives the same bytes, so a sample written twice is the same model. */
export function createRandomWeights(type: WeightType, seed: number): RandomWeights {
  const next = xorshift(seed)
  const unit = unitBytes[type]
  const blockBytes = unit * unitsPerBlock
  const block = type === 'f16' ? makeHalfBlock(next, blockBytes) : makeQuantizedBlock(next, blockBytes, type)
  return {
    *slices(bytes, maxSliceBytes) {
      let left = bytes
      let start = (next() % unitsPerBlock) * unit
      while (left > 0) {
        const length = Math.min(left, maxSliceBytes, blockBytes - start)
        yield block.subarray(start, start + length)
        left -= length
        // Only the first slice of a tensor starts anywhere; going on in order keeps the units whole.
        start = (start + length) % blockBytes
      }
    }
  }
}

/** Halves of either sign between 2^-8 and 2^-5: small, and never infinite or NaN. */
function makeHalfBlock(next: () => number, blockBytes: number): Buffer {
  const halves = new Uint16Array(blockBytes / 2)
  for (let index = 0; index < halves.length; index++) {
    const random = next()
    const exponent = 7 + ((random >>> 16) % 3)
    halves[index] = (random & 0x8000) | (exponent << 10) | (random & 0x3ff)
  }
  return Buffer.from(halves.buffer)
}

/** A half-precision scale, then 32 signed bytes (scale 2^-12) or 32 half bytes (2^-8): values within 0.03. */
function makeQuantizedBlock(next: () => number, blockBytes: number, type: 'q8_0' | 'q4_0'): Buffer {
  const scale = type === 'q8_0' ? 3 << 10 : 7 << 10
  const words = new Uint32Array(blockBytes / 4)
  for (let index = 0; index < words.length; index++) words[index] = next()
  const block = Buffer.from(words.buffer)
  for (let offset = 0; offset < blockBytes; offset += unitBytes[type]) block.writeUInt16LE(scale, offset)
  return block
}

function xorshift(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
}
