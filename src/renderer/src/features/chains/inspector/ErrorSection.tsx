/** What happens when a step fails: asked again, then another model, then the item stops, goes on without it, or with a default. */
import { NumberInput, Select, Textarea } from '@mantine/core'
import type { ChainProblem, ErrorPolicy, Step } from '../../../../../shared/chain.ts'
import { plural } from '../../../lib/format.ts'
import { endTyping } from '../chainDocument.ts'
import { fieldId } from '../focusField.ts'
import { ModelPicker } from './ModelPicker.tsx'
import { FieldProblems, Section } from './Section.tsx'
import { editStep, typeStep } from './stepChanges.ts'

const then: Record<ErrorPolicy['then'], { label: string; words: string }> = {
  stop: { label: 'The item has failed', words: 'the item fails' },
  skip: { label: 'Leave out what mentions it', words: 'left out' },
  default: { label: 'Go on with a default text', words: 'a default text' }
}

function policyWords({ retries, fallbackModel, then: last }: ErrorPolicy): string {
  const words = [
    ...(retries > 0 ? [plural(retries, 'retry', 'retries')] : []),
    ...(fallbackModel === null ? [] : [fallbackModel.name]),
    then[last].words
  ]
  return words.join(', then ')
}

export function ErrorSection({ step, problems }: { step: Step; problems: readonly ChainProblem[] }) {
  const { onError } = step
  const set = (changes: Partial<ErrorPolicy>): void =>
    editStep(step.id, 'change of what an error does', { onError: { ...onError, ...changes } })
  return (
    <Section id={fieldId('error')} title="On error" words={policyWords(onError)} hasProblem={problems.length > 0}>
      <NumberInput
        label="Ask again"
        value={onError.retries}
        min={0}
        max={10}
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="strict"
        suffix={onError.retries === 1 ? ' time' : ' times'}
        onChange={(value) => {
          if (typeof value === 'number')
            typeStep(step.id, 'change of what an error does', { onError: { ...onError, retries: value } })
        }}
        onBlur={endTyping}
      />
      <ModelPicker
        label="Then ask another model"
        placeholder="none"
        isClearable
        value={onError.fallbackModel}
        onChange={(fallbackModel) => set({ fallbackModel })}
      />
      <Select
        label="Then"
        data={Object.entries(then).map(([value, { label }]) => ({ value, label }))}
        value={onError.then}
        allowDeselect={false}
        onChange={(value) => set({ then: value as ErrorPolicy['then'] })}
      />
      {onError.then === 'default' && (
        <Textarea
          label="Default text"
          description="Taken as the answer."
          autosize
          minRows={2}
          maxRows={8}
          value={onError.defaultText}
          onChange={(event) =>
            typeStep(step.id, 'change of the default text', {
              onError: { ...onError, defaultText: event.currentTarget.value }
            })
          }
          onBlur={endTyping}
        />
      )}
      <FieldProblems problems={problems} />
    </Section>
  )
}
