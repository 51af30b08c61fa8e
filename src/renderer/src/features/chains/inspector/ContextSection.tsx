/** How much a step may see, why so much, and what is done with a prompt that is longer. */
import { NumberInput, Select } from '@mantine/core'
import type { ChainProblem, ContextPolicy, Step } from '../../../../../shared/chain.ts'
import type { StepOutlook } from '../../../../../shared/plan.ts'
import { formatCount } from '../../../lib/format.ts'
import { endTyping } from '../chainDocument.ts'
import { fieldId } from '../focusField.ts'
import classes from './Inspector.module.css'
import { FieldProblems, Section } from './Section.tsx'
import { editStep, typeStep } from './stepChanges.ts'

const policies: Record<ContextPolicy, { label: string; help: string }> = {
  refuse: { label: 'Refuse it', help: 'The step fails and says how much too long the prompt is.' },
  cut_middle: { label: 'Cut its middle', help: 'The longest text put in loses its middle; beginning and end stay.' },
  slide: { label: 'Keep its end', help: 'The longest text put in loses its beginning.' },
  summarise: {
    label: 'Summarise in parts',
    help: 'The same model summarises the longest text in parts first: more answers, no more loads.'
  }
}

interface ContextSectionProps {
  step: Step
  outlook: StepOutlook | undefined
  problems: readonly ChainProblem[]
}

export function ContextSection({ step, outlook, problems }: ContextSectionProps) {
  const tokens = outlook?.windowTokens ?? null
  const words = tokens === null ? policies[step.contextPolicy].label.toLowerCase() : `${formatCount(tokens)} tokens`
  return (
    <Section id={fieldId('context')} title="Context" words={words} hasProblem={problems.length > 0}>
      {tokens !== null && (
        <p className={`${classes.help} number`}>
          {formatCount(tokens)} tokens for prompt and answer
          {outlook?.windowWords == null ? '.' : `: ${outlook.windowWords}.`}
        </p>
      )}
      <NumberInput
        label="At most"
        placeholder={tokens === null ? 'by model and memory' : formatCount(tokens)}
        value={step.contextLength ?? ''}
        min={64}
        max={16_777_216}
        allowNegative={false}
        allowDecimal={false}
        thousandSeparator=","
        hideControls
        suffix=" tokens"
        onChange={(value) =>
          typeStep(step.id, 'change of the context', {
            contextLength: typeof value === 'number' && value >= 64 ? value : null
          })
        }
        onBlur={endTyping}
      />
      <Select
        label="A prompt that is too long"
        data={Object.entries(policies).map(([value, { label }]) => ({ value, label }))}
        value={step.contextPolicy}
        allowDeselect={false}
        onChange={(value) => editStep(step.id, 'change of the context', { contextPolicy: value as ContextPolicy })}
      />
      <p className={classes.help}>{policies[step.contextPolicy].help}</p>
      <FieldProblems problems={problems} />
    </Section>
  )
}
