/** One step as a card: its model in its colour with what it needs, its name, the beginning of its prompt, how it fares in a run, what is wrong. */
import { IconAlertTriangle } from '@tabler/icons-react'
import { memo, useMemo, type CSSProperties } from 'react'
import type { Chain, Step } from '../../../../shared/chain.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { formatNeed, plural } from '../../lib/format.ts'
import { cardElementId, useCardFocus } from './cardFocus.ts'
import { useChainDocument } from './chainDocument.ts'
import { shapeOf } from './chainShape.ts'
import { problemsOf } from './chainProblemMarks.ts'
import { useChainOutlook } from './chainOutlookStore.ts'
import classes from './StepCard.module.css'
import { useStepModel, type StepModel } from './stepModels.ts'
import type { StepState } from './stepStates.ts'
import { templatePieces } from './templatePieces.ts'
import { useFlow } from './flowStore.ts'
import { useStepState } from './useStepStates.ts'

interface StepCardProps {
  id: string
  isSelected: boolean
  isMeasured: boolean
}

export const StepCard = memo(function StepCard({ id, ...props }: StepCardProps) {
  const step = useChainDocument(({ chain }) => (chain === null ? undefined : shapeOf(chain).byId.get(id)))
  return step === undefined ? null : <Card step={step} {...props} />
})

function Card({ step, isSelected, isMeasured }: Omit<StepCardProps, 'id'> & { step: Step }) {
  const card = useCardFocus(step.id, isMeasured)
  const isActive = useFlow((flow) => flow.activeId === step.id)
  const model = useStepModel(step.model)
  const seenBytes = useChainOutlook((outlook) => outlook.steps[step.id]?.needBytes ?? null)
  const seenSource = useChainOutlook((outlook) => outlook.steps[step.id]?.needSource ?? null)
  const needBytes = seenBytes ?? model.needBytes
  const needSource = seenBytes === null ? model.needSource : seenSource
  const problems = useChainOutlook((outlook) => problemsOf(outlook.problems, step.id))
  const state = useStepState(step.id)
  // While it loads, the badge has its place.
  const isNeedShown = needBytes !== null && needBytes > 0 && state !== 'loading'
  const need = isNeedShown ? ` · ${formatNeed(needBytes, needSource)}` : ''
  const isBlocked = problems.some(({ isBlocking }) => isBlocking)
  const label = useChainDocument(({ chain }) => (chain === null ? '' : cardLabel(chain, step, model, problems.length)))
  return (
    <div
      ref={card}
      id={cardElementId(step.id)}
      className={`${classes.card} ${isSelected ? classes.selected : ''} ${isBlocked ? classes.blocked : ''}`}
      role="group"
      tabIndex={isActive ? 0 : -1}
      aria-current={isSelected ? true : undefined}
      aria-label={label}
      style={{ '--step-colour': model.colour } as CSSProperties}
    >
      <div className={classes.top}>
        <ColourSquare colour={model.colour} isFilled={model.trouble === null} />
        <span className={`${classes.model} number`} title={`${model.label ?? ''}${need}`}>
          <span className={classes.label}>{model.label}</span>
          {model.trouble === null ? (
            <span className={classes.need}>{need}</span>
          ) : (
            <span className={classes.trouble}>
              {model.label === null ? '' : ' · '}
              {model.trouble}
            </span>
          )}
        </span>
        {state !== null && <Badge state={state} />}
        {problems.length > 0 && (
          <span
            className={isBlocked ? classes.bad : classes.warn}
            title={problems.map(({ message }) => message).join('\n')}
          >
            <IconAlertTriangle size={14} stroke={1.9} aria-hidden />
          </span>
        )}
      </div>
      <div className={classes.name} title={step.name}>
        {step.name === '' ? 'Without a name' : step.name}
      </div>
      <Beginning prompt={step.prompt} />
    </div>
  )
}

const stateWords: Record<StepState, string> = { loading: 'loading', running: 'running', done: 'done' }

function Badge({ state }: { state: StepState }) {
  return <span className={`${classes.badge} ${classes[state]}`}>{stateWords[state]}</span>
}

const Beginning = memo(function Beginning({ prompt }: { prompt: string }) {
  const names = useChainDocument(({ chain }) => (chain === null ? '' : shapeOf(chain).names))
  const pieces = useMemo(() => templatePieces(prompt, new Set(names.split('\n'))), [prompt, names])
  return (
    <div className={classes.beginning}>
      {prompt.trim() === '' ? (
        <span className={classes.empty}>No prompt yet</span>
      ) : (
        pieces.map(({ text, isReference, isUnknown }, index) =>
          isReference ? (
            <span key={index} className={`${classes.chip} ${isUnknown ? classes.unknown : ''}`}>
              {text}
            </span>
          ) : (
            text
          )
        )
      )}
    </div>
  )
})

/** "Step Summarise, llama3.1:8b, mentions input; mentioned by Verdict". */
function cardLabel(chain: Chain, step: Step, model: StepModel, problemCount: number): string {
  const { byId, mentions, mentionedBy } = shapeOf(chain)
  const nameOf = (id: string | null): string => (id === null ? 'input' : (byId.get(id)?.name ?? ''))
  const from = (mentions.get(step.id) ?? []).map(nameOf)
  const by = (mentionedBy.get(step.id) ?? []).map(nameOf)
  const said = [
    from.length === 0 ? 'mentions nothing' : `mentions ${from.join(', ')}`,
    ...(by.length === 0 ? [] : [`mentioned by ${by.join(', ')}`]),
    ...(problemCount === 0 ? [] : [plural(problemCount, 'problem')])
  ]
  const named = [`Step ${step.name}`, model.label, model.trouble].filter((word) => word !== null)
  return `${named.join(', ')}, ${said.join('; ')}`
}
