/** How long a model's context is to be: a slider over useful lengths, its words, and up to where all still fits. */
import { Slider } from '@mantine/core'
import type { KeyboardEvent } from 'react'
import { formatCount } from '../../../lib/format.ts'
import classes from './ContextSlider.module.css'
import { contextSteps, stepOf } from './contextSteps.ts'

interface ContextSliderProps {
  name: string
  contextLength: number
  maxContextLength: number
  /** Lengths that must be among the stops: in force, or usual. */
  others: readonly (number | null)[]
  /** null: none, or not known. */
  largestContextLength: number | null
  onChange: (contextLength: number) => void
}

/** One doubling. */
const pageSteps = 4

export function ContextSlider(props: ContextSliderProps) {
  const { name, contextLength, maxContextLength, others, largestContextLength, onChange } = props
  const steps = contextSteps(maxContextLength, others)
  const value = stepOf(steps, contextLength)
  if (steps.length < 2) return null
  const change = (step: number): void => onChange(steps[Math.min(Math.max(step, 0), steps.length - 1)] ?? contextLength)
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'PageUp' && event.key !== 'PageDown') return
    event.preventDefault()
    change(value + (event.key === 'PageUp' ? pageSteps : -pageSteps))
  }
  const isLimited = largestContextLength !== null && largestContextLength < maxContextLength
  return (
    <Slider
      className={classes.slider}
      classNames={{ track: classes.track, thumb: classes.thumb, mark: classes.mark }}
      size={4}
      thumbSize={14}
      min={0}
      max={steps.length - 1}
      value={value}
      onChange={change}
      onKeyDown={onKeyDown}
      label={null}
      marks={isLimited ? [{ value: stepOf(steps, largestContextLength) }] : []}
      thumbLabel={`Context of ${name}`}
      thumbValueText={(step) => `${formatCount(steps[step] ?? contextLength)} tokens`}
    />
  )
}
