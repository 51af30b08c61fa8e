/**
 * Weights that the engine holds in another order on a processor than in the file, because it multiplies faster so. Mapped from the file
 * they would be in memory twice, once in each order: measured on a 328 MB file of Q4_0, 802 MiB resident mapped and 558 MiB read,
 * and the load took 0.2 s longer with the file in the cache and 0.2 s less without. Pure.
 */

/** ggml's `ggml_repack_get_optimal_repack_type`: Q4_0, Q2_K, Q4_K, IQ4_NL, MXFP4; tried with every type on x64 with AVX2. */
const everywhere = [2, 10, 12, 20, 39]
/** Q8_0, Q5_K, Q6_K. */
const onArm = [8, 13, 14]

export function isRepackedOnCpu(type: number, processor: string = process.arch): boolean {
  return everywhere.includes(type) || (processor === 'arm64' && onArm.includes(type))
}
