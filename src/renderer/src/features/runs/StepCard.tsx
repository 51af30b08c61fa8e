/** One step of one item: what it answered, live while it does, what it took, and what was done to its prompt. */
import { useState } from 'react'
import type { Step } from '../../../../shared/chain.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import type { StepResult } from '../../../../shared/run.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { MiddleText } from '../../components/MiddleText.tsx'
import { StatusWord } from '../../components/StatusWord.tsx'
import { useModelColour } from '../../stores/colourStore.ts'
import { FoldedCard } from './FoldedCard.tsx'
import classes from './ItemDetail.module.css'
import { readable, stepFacts, stepLabels } from './itemWords.ts'
import { TextBox } from './TextBox.tsx'
import { useStepTexts } from './useStepTexts.ts'

interface StepCardProps {
  runId: string
  result: StepResult
  /** As it was when the run began; undefined: it is gone. */
  of: Step | undefined
  isOpenAtFirst: boolean
}

export function StepCard({ runId, result, of, isOpenAtFirst }: StepCardProps) {
  const [isOpen, setIsOpen] = useState(isOpenAtFirst)
  const { step, texts, output, failure } = useStepTexts(runId, result, isOpen)
  const modelId = step.modelId ?? of?.model ?? null
  const { colour } = useModelColour(modelId === null ? '' : modelKey(modelId))
  const { tone, words } = stepLabels[step.status]
  const name = of?.name ?? step.stepId
  const isJson = of?.output.format === 'json'
  return (
    <FoldedCard
      label={`Step ${name}`}
      name={name}
      lead={modelId !== null && <ColourSquare colour={colour} />}
      aside={<StatusWord tone={tone}>{words}</StatusWord>}
      isOpen={isOpen}
      onToggle={() => setIsOpen(!isOpen)}
    >
      <p className={`${classes.facts} data number`}>
        {modelId !== null && <MiddleText text={modelId.name} />}
        {step.isFallback && <span>the fallback, after the step’s own model failed</span>}
        {stepFacts(step).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      {step.contextNote !== null && <p className={`${classes.contextNote} data`}>{step.contextNote}</p>}
      {step.error !== null && (
        <p className={`${classes.error} data`}>
          {step.error.message} {step.error.hint}
        </p>
      )}
      {isOpen && failure !== null && <p className={classes.error}>{failure}</p>}
      {isOpen && (output !== '' || step.status === 'running') && (
        <TextBox label={`Output of ${name}`} text={readable(output, isJson)} isLive={step.status === 'running'} />
      )}
      {isOpen && texts !== null && (texts.prompt !== null || texts.system !== null) && (
        <Prompt name={name} prompt={texts.prompt} system={texts.system} />
      )}
    </FoldedCard>
  )
}

function Prompt({ name, prompt, system }: { name: string; prompt: string | null; system: string | null }) {
  const [isShown, setIsShown] = useState(false)
  return (
    <>
      <button type="button" className={classes.link} aria-expanded={isShown} onClick={() => setIsShown(!isShown)}>
        {isShown ? 'Hide the prompt' : 'Show the prompt'}
      </button>
      {isShown && system !== null && system !== '' && (
        <TextBox label={`System prompt of ${name}`} text={system}>
          <span className={classes.boxLabel}>System</span>
        </TextBox>
      )}
      {isShown && prompt !== null && <TextBox label={`Prompt of ${name}`} text={prompt} />}
    </>
  )
}
