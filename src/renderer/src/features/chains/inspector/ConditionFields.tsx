/** What one stop condition compares: a text, a pattern, a length, a field of the answer, or how many steps have ended. */
import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import type { StopCondition } from '../../../../../shared/chain.ts'
import classes from './Inspector.module.css'

interface ConditionFieldsProps {
  condition: StopCondition
  /** A letter in a field. */
  onType: (next: StopCondition) => void
  onChange: (next: StopCondition) => void
}

export function ConditionFields({ condition, onType, onChange }: ConditionFieldsProps) {
  if (condition.kind === 'contains' || condition.kind === 'matches') {
    const isText = condition.kind === 'contains'
    return (
      <>
        <TextInput
          aria-label={isText ? 'Text' : 'Pattern'}
          placeholder={isText ? 'NO RISKS' : '^\\s*none\\b'}
          classNames={isText ? {} : { root: classes.mono ?? '' }}
          value={isText ? condition.text : condition.pattern}
          error={!isText && !isRegExp(condition.pattern) ? 'Not a regular expression yet.' : undefined}
          onChange={(event) => {
            const { value } = event.currentTarget
            onType(isText ? { ...condition, text: value } : { ...condition, pattern: value })
          }}
        />
        <Checkbox
          size="xs"
          label="Capitals or not"
          checked={condition.ignoreCase}
          onChange={(event) => onChange({ ...condition, ignoreCase: event.currentTarget.checked })}
        />
      </>
    )
  }
  if (condition.kind === 'length')
    return (
      <div className={classes.pair}>
        <Select
          aria-label="Comparison"
          data={[
            { value: 'over', label: 'over' },
            { value: 'under', label: 'under' }
          ]}
          value={condition.comparison}
          allowDeselect={false}
          onChange={(value) => onChange({ ...condition, comparison: value as 'over' | 'under' })}
        />
        <Whole
          label="Letters"
          value={condition.letters}
          min={0}
          max={10_000_000}
          suffix=" letters"
          onChange={(letters) => onType({ ...condition, letters })}
        />
      </div>
    )
  if (condition.kind === 'step_number')
    return (
      <Whole
        label="Steps"
        value={condition.number}
        min={1}
        max={500}
        suffix=" steps have ended"
        onChange={(number) => onType({ ...condition, number })}
      />
    )
  return (
    <>
      <TextInput
        aria-label="Path"
        placeholder="verdict.score"
        value={condition.path}
        onChange={(event) => onType({ ...condition, path: event.currentTarget.value })}
      />
      <div className={classes.pair}>
        <Select
          aria-label="Comparison"
          data={[
            { value: 'is', label: 'is' },
            { value: 'is_not', label: 'is not' },
            { value: 'over', label: 'over' },
            { value: 'under', label: 'under' }
          ]}
          value={condition.comparison}
          allowDeselect={false}
          onChange={(value) => onChange({ ...condition, comparison: value as typeof condition.comparison })}
        />
        <TextInput
          aria-label="Value"
          placeholder="anything"
          value={condition.value ?? ''}
          onChange={(event) =>
            onType({ ...condition, value: event.currentTarget.value === '' ? null : event.currentTarget.value })
          }
        />
      </div>
    </>
  )
}

interface WholeProps {
  label: string
  value: number
  min: number
  max: number
  suffix: string
  onChange: (value: number) => void
}

function Whole({ label, value, min, max, suffix, onChange }: WholeProps) {
  return (
    <NumberInput
      aria-label={label}
      value={value}
      min={min}
      max={max}
      allowDecimal={false}
      allowNegative={false}
      thousandSeparator=","
      suffix={suffix}
      hideControls
      onChange={(next) => {
        if (typeof next === 'number' && next >= min && next <= max) onChange(next)
      }}
    />
  )
}

function isRegExp(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp
  } catch {
    return false
  }
}
