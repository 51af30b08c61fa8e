/** One step: name, model, prompt, and folded below them what holds if nothing is said. */
import { IconCopy, IconTrash } from '@tabler/icons-react'
import { ActionIcon } from '@mantine/core'
import { useMemo } from 'react'
import type { ChainProblem } from '../../../../../shared/chain.ts'
import { formatNeed } from '../../../lib/format.ts'
import { deleteSelected, duplicateSelected, setModel } from '../builderDeeds.ts'
import { endTyping, useChainDocument } from '../chainDocument.ts'
import { problemsOf } from '../chainProblemMarks.ts'
import { useChainOutlook } from '../chainOutlookStore.ts'
import { shapeOf } from '../chainShape.ts'
import { fieldId } from '../focusField.ts'
import { offersFor } from './completions.ts'
import { ContextSection } from './ContextSection.tsx'
import { ErrorSection } from './ErrorSection.tsx'
import classes from './Inspector.module.css'
import { ModelPicker } from './ModelPicker.tsx'
import { OptionsSection } from './OptionsSection.tsx'
import { OutputSection } from './OutputSection.tsx'
import { FieldProblems, Section } from './Section.tsx'
import { StepName } from './StepName.tsx'
import { typeStep } from './stepChanges.ts'
import { StopSection } from './StopSection.tsx'
import { TemplateEditor } from './TemplateEditor.tsx'
import { marksOf } from './templateMarks.ts'

export function StepInspector({ stepId }: { stepId: string }) {
  const step = useChainDocument(({ chain }) => (chain === null ? undefined : shapeOf(chain).byId.get(stepId)))
  const chain = useChainDocument((document) => document.chain)
  const problems = useChainOutlook((outlook) => problemsOf(outlook.problems, stepId))
  const outlook = useChainOutlook(({ steps }) => steps[stepId])
  const offers = useMemo(() => (chain === null ? [] : offersFor(chain, stepId)), [chain, stepId])
  if (step === undefined) return null
  const of = (field: ChainProblem['field']): ChainProblem[] => problems.filter((problem) => problem.field === field)
  const system = step.system.trim()
  return (
    <div className={classes.inspector}>
      <div className={`${classes.conditionHead} ${classes.head}`}>
        <h2 className={`${classes.title} ${classes.grow}`}>Step</h2>
        <ActionIcon size={24} aria-label="Duplicate the step" title="Duplicate  D" onClick={duplicateSelected}>
          <IconCopy size={14} aria-hidden />
        </ActionIcon>
        <ActionIcon size={24} aria-label="Delete the step" title="Delete  ⌫" onClick={deleteSelected}>
          <IconTrash size={14} aria-hidden />
        </ActionIcon>
      </div>
      <StepName key={step.name} step={step} problems={of('name')} />
      <div className={classes.section}>
        <ModelPicker
          id={fieldId('model')}
          label="Model"
          value={step.model}
          onChange={(model) => setModel([stepId], model)}
        />
        {outlook?.needBytes != null && outlook.needBytes > 0 && (
          <p className={`${classes.help} number`}>
            Needs {formatNeed(outlook.needBytes, outlook.needSource)}
            {outlook.windowTokens === null
              ? ''
              : ` with ${outlook.windowTokens.toLocaleString('en-US')} tokens of context`}
            .
          </p>
        )}
        <FieldProblems problems={of('model')} />
      </div>
      <TemplateEditor
        id={fieldId('prompt')}
        label="Prompt"
        lines={6}
        value={step.prompt}
        placeholder="What to ask. Type {{ to name the input or another step."
        offers={offers}
        marks={marksOf(problems, 'prompt')}
        onChange={(prompt) => typeStep(stepId, 'change of the prompt', { prompt })}
        onBlur={endTyping}
      />
      <div>
        <Section
          id={fieldId('system')}
          title="System prompt"
          words={system === '' ? 'the chain’s' : system.slice(0, 40)}
          hasProblem={of('system').length > 0}
        >
          <TemplateEditor
            id="chain-system-text"
            label="System prompt"
            isLabelHidden
            lines={3}
            value={step.system}
            placeholder="Empty: the chain’s own."
            offers={offers}
            marks={marksOf(problems, 'system')}
            onChange={(text) => typeStep(stepId, 'change of the system prompt', { system: text })}
            onBlur={endTyping}
          />
        </Section>
        <OutputSection step={step} problems={of('output')} />
        <OptionsSection
          options={step.options}
          effective={outlook?.options ?? []}
          problems={of('options')}
          onChange={(options) => typeStep(stepId, 'change of options', { options })}
        />
        <ContextSection step={step} outlook={outlook} problems={of('context')} />
        <StopSection step={step} offers={offers} problems={of('stop')} />
        <ErrorSection step={step} problems={of('error')} />
      </div>
    </div>
  )
}
