/** A time of day: typed as people do ("8", "830", "8.30"), set right when left, stepped by a quarter of an hour with the arrows. */
import { TextInput } from '@mantine/core'
import type { KeyboardEvent } from 'react'
import { readTime, steppedTime } from './ruleFields.ts'

interface TimeFieldProps {
  label: string
  value: string
  problem: string | undefined
  isEnd?: boolean
  onChange: (value: string) => void
}

const stepMinutes = 15

export function TimeField({ label, value, problem, isEnd = false, onChange }: TimeFieldProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    event.preventDefault()
    const step = event.shiftKey ? 60 : stepMinutes
    onChange(steppedTime(value, event.key === 'ArrowUp' ? step : -step))
  }
  const tidy = (): void => {
    const time = readTime(value, isEnd)
    if (time === null) return
    const shown = isEnd && time === '00:00' ? '24:00' : time
    if (shown !== value) onChange(shown)
  }
  return (
    <TextInput
      label={label}
      w={72}
      inputMode="numeric"
      autoComplete="off"
      className="number"
      value={value}
      error={problem}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={tidy}
      onFocus={(event) => event.currentTarget.select()}
    />
  )
}
