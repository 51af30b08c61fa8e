/** A small line over time; it says nothing that is not in words beside it. */
import { memo } from 'react'
import { sparkPath, type SparkPoint } from './sparkPath.ts'
import classes from './Sparkline.module.css'

const width = 200
const height = 26

interface SparklineProps {
  points: readonly SparkPoint[]
  breaks: readonly boolean[]
  fromAt: number
  toAt: number
  top: number
  colour: string
}

export const Sparkline = memo(function Sparkline({ points, breaks, fromAt, toAt, top, colour }: SparklineProps) {
  const path = sparkPath(points, breaks, { fromAt, toAt, top, width, height })
  return (
    <svg className={classes.spark} viewBox={`0 -1 ${width} ${height + 2}`} preserveAspectRatio="none" aria-hidden>
      <path d={path} stroke={colour} vectorEffect="non-scaling-stroke" />
    </svg>
  )
})
