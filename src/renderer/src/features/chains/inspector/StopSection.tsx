/** When a step's answer ends the item: conditions, each with its reason and its final output; the first that holds counts. */
import { ActionIcon, Button, Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { ChainProblem, Step, StopCondition } from '../../../../../shared/chain.ts'
import { edit, endTyping, type } from '../chainDocument.ts'
import { changeStep } from '../chainEdits.ts'
import { fieldId } from '../focusField.ts'
import type { Completion } from './completions.ts'
import classes from './Inspector.module.css'
import { FieldProblems, Section } from './Section.tsx'
import { conditionKinds, conditionWords, newCondition } from './stopWords.ts'
import { TemplateEditor } from './TemplateEditor.tsx'

const mostConditions = 32

interface StopSectionProps {
  step: Step
  offers: readonly Completion[]
  problems: readonly ChainProblem[]
}

export function StopSection({ step, offers, problems }: StopSectionProps) {
  const { stopConditions: conditions } = step
  const first = conditions[0]
  const words =
    first === undefined ? 'never' : conditions.length === 1 ? conditionWords(first) : `${conditions.length} conditions`
  const set = (next: StopCondition[], label: string): void =>
    edit(label, (chain) => changeStep(chain, step.id, { stopConditions: next }))
  const replace = (index: number, next: StopCondition): StopCondition[] =>
    conditions.map((each, at) => (at === index ? next : each))
  return (
    <Section id={fieldId('stop')} title="Stop the item" words={words} hasProblem={problems.length > 0}>
      {conditions.length === 0 && (
        <p className={classes.help}>When this answer settles it, the item’s other steps are left out.</p>
      )}
      {conditions.map((condition, index) => (
        <Condition
          // They have no names, and none is moved.
          key={index}
          id={`chain-stop-${index}`}
          number={index + 1}
          condition={condition}
          offers={offers}
          onType={(next) =>
            type(`${step.id} stop ${index}`, 'change of a stop condition', (chain) =>
              changeStep(chain, step.id, { stopConditions: replace(index, next) })
            )
          }
          onChange={(next) => set(replace(index, next), 'change of a stop condition')}
          onRemove={() =>
            set(
              conditions.filter((_, at) => at !== index),
              'removal of a stop condition'
            )
          }
        />
      ))}
      {conditions.length < mostConditions && (
        <Button onClick={() => set([...conditions, newCondition('contains')], 'new stop condition')}>
          Add a condition
        </Button>
      )}
      <FieldProblems problems={problems} />
    </Section>
  )
}

interface ConditionProps {
  id: string
  number: number
  condition: StopCondition
  offers: readonly Completion[]
  /** A letter in a field. */
  onType: (next: StopCondition) => void
  onChange: (next: StopCondition) => void
  onRemove: () => void
}

function Condition({ id, number, condition, offers, onType, onChange, onRemove }: ConditionProps) {
  const { finalOutput } = condition
  return (
    <fieldset className={classes.condition} aria-label={`Condition ${number}`} onBlur={endTyping}>
      <div className={classes.conditionHead}>
        <Select
          className={classes.grow ?? ''}
          aria-label="When"
          data={conditionKinds}
          value={condition.kind}
          allowDeselect={false}
          onChange={(kind) => {
            if (kind === null || kind === condition.kind) return
            onChange({ ...newCondition(kind as StopCondition['kind']), reason: condition.reason, finalOutput })
          }}
        />
        <ActionIcon size={26} aria-label={`Remove condition ${number}`} onClick={onRemove}>
          <IconX size={14} aria-hidden />
        </ActionIcon>
      </div>
      <ConditionFields condition={condition} onType={onType} onChange={onChange} />
      <TextInput
        label="Reason"
        placeholder={conditionWords(condition)}
        maxLength={500}
        value={condition.reason}
        onChange={(event) => onType({ ...condition, reason: event.currentTarget.value })}
      />
      <Checkbox
        size="xs"
        label="A final output of its own"
        checked={finalOutput !== null}
        onChange={(event) => onChange({ ...condition, finalOutput: event.currentTarget.checked ? '' : null })}
      />
      {finalOutput !== null && (
        <TemplateEditor
          id={id}
          label="Final output"
          isLabelHidden
          lines={2}
          value={finalOutput}
          placeholder="Says the outcome; {{ names the input or a step."
          offers={offers}
          marks={[]}
          onChange={(text) => onType({ ...condition, finalOutput: text })}
          onBlur={endTyping}
        />
      )}
    </fieldset>
  )
}

function ConditionFields({ condition, onType, onChange }: Pick<ConditionProps, 'condition' | 'onType' | 'onChange'>) {
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
