/** One block of random weights per type, made once and reused at many offsets: a gigabyte needs no gigabyte of random numbers. */

/** 34 is q8_0's block of 32 values, 2 is f16's: any multiple of 34 suits both. */
const unitBytes = 34
const blockBytes = unitBytes * 2 ** 15

export interface RandomWeights {
  /** Slices that together hold `bytes` of weights; their memory is shared, so write them and let go. */
  slices(bytes: number, maxSliceBytes: number): Generator<Buffer>
}

/** The same seed gives the same bytes, so a sample written twice is the same model. */
export function createRandomWeights(type: 'f16' | 'q8_0', seed: number): RandomWeights {
  const next = xorshift(seed)
  const block = type === 'f16' ? makeHalfBlock(next) : makeQuantizedBlock(next)
  return {
    *slices(bytes, maxSliceBytes) {
      let left = bytes
      let start = (next() % (blockBytes / unitBytes)) * unitBytes
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
function makeHalfBlock(next: () => number): Buffer {
  const halves = new Uint16Array(blockBytes / 2)
  for (let index = 0; index < halves.length; index++) {
    const random = next()
    const exponent = 7 + ((random >>> 16) % 3)
    halves[index] = (random & 0x8000) | (exponent << 10) | (random & 0x3ff)
  }
  return Buffer.from(halves.buffer)
}

/** Blocks of one half-precision scale (2^-12) and 32 signed bytes: values within 0.03. */
function makeQuantizedBlock(next: () => number): Buffer {
  const words = new Uint32Array(blockBytes / 4)
  for (let index = 0; index < words.length; index++) words[index] = next()
  const block = Buffer.from(words.buffer)
  for (let offset = 0; offset < blockBytes; offset += unitBytes) block.writeUInt16LE(3 << 10, offset)
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
