/** When a step's answer ends the item: conditions, each with its reason and its final output; the first that holds counts. */
import { ActionIcon, Button, Checkbox, Select, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { ChainProblem, Step, StopCondition } from '../../../../../shared/chain.ts'
import { endTyping, type } from '../chainDocument.ts'
import { changeStep } from '../chainEdits.ts'
import { fieldId } from '../focusField.ts'
import type { Completion } from './completions.ts'
import { ConditionFields } from './ConditionFields.tsx'
import classes from './Inspector.module.css'
import { FieldProblems, Section } from './Section.tsx'
import { editStep } from './stepChanges.ts'
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
  const set = (next: StopCondition[], label: string): void => editStep(step.id, label, { stopConditions: next })
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
