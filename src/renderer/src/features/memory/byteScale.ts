/** The byte axis: few, round ticks, in powers of two from a gigabyte up, because that is how memory is sold. */

export interface ByteScale {
  /** Ascending, without zero. */
  ticks: number[]
  /** "24", and with its unit for the highest tick: "32 GB". */
  label(bytes: number): string
}

const units = [
  { bytes: 1e12, name: 'TB' },
  { bytes: 1e9, name: 'GB' },
  { bytes: 1e6, name: 'MB' },
  { bytes: 1e3, name: 'kB' }
]

/** Ticks for an axis from zero to `topBytes`: three to five of them where the numbers allow it. */
export function byteScale(topBytes: number): ByteScale {
  const step = stepFor(topBytes)
  const count = topBytes > 0 ? Math.floor(topBytes / step + 1e-9) : 0
  const ticks = Array.from({ length: count }, (_, index) => (index + 1) * step)
  const highest = ticks.at(-1) ?? 0
  const unit = units.find(({ bytes }) => highest >= bytes) ?? { bytes: 1, name: 'B' }
  const written = (bytes: number): string => String(Number((bytes / unit.bytes).toFixed(2)))
  const width = written(highest).length
  return {
    ticks,
    // A figure space is as wide as a digit: units stand under units. The name must not slip under its number.
    label: (bytes) => `${written(bytes).padStart(width, '\u2007')}${bytes === highest ? `\u00a0${unit.name}` : ''}`
  }
}

/** The smallest round height that holds `bytes`. */
export function roundTop(bytes: number): number {
  const step = stepFor(bytes)
  return Math.ceil(bytes / step - 1e-9) * step
}

/** The smallest round step that makes at most five ticks. */
function stepFor(topBytes: number): number {
  const least = Math.max(1, topBytes) / 5
  if (least > 0.5e9) return 1e9 * 2 ** Math.ceil(Math.log2(least / 1e9) - 1e-9)
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 5].find((factor) => factor * power >= least - 1e-9) ?? 10) * power
}
