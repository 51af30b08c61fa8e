/** The line of a small chart as an SVG path, broken where nothing was sampled. */

export interface SparkPoint {
  at: number
  /** null: unknown. */
  value: number | null
}

export interface SparkFrame {
  fromAt: number
  toAt: number
  /** The value at the top edge; the bottom edge is zero. */
  top: number
  width: number
  height: number
}

/** Empty when there is nothing to draw. `breaks[i]` is true where the line must not reach back from point i. */
export function sparkPath(points: readonly SparkPoint[], breaks: readonly boolean[], frame: SparkFrame): string {
  const { fromAt, toAt, top, width, height } = frame
  let isDown = false
  return points
    .flatMap(({ at, value }, index) => {
      if (breaks[index] === true || value === null) isDown = false
      if (value === null || top <= 0) return []
      const x = ((at - fromAt) / (toAt - fromAt)) * width
      const y = height - Math.min(1, value / top) * height
      const command = `${isDown ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
      isDown = true
      return [command]
    })
    .join('')
}
