/** The plan of a draft or of a run: what it saves in a line, the wish that comes first, and the time line under it. */
import { SegmentedControl, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useId, useMemo } from 'react'
import type { ChainProblem } from '../../../../shared/chain.ts'
import type { Plan, PlanOrder } from '../../../../shared/plan.ts'
import type { RunProgress } from '../../../../shared/run.ts'
import { PlanChart } from './PlanChart.tsx'
import classes from './PlanPanel.module.css'
import { pictureOf } from './planPicture.ts'
import { usePlanViewStore } from './planViewStore.ts'
import { headline, noPlanWords, orderLabels, replanWords, type HeadlinePart, type StepName } from './planWords.ts'

interface PlanPanelProps {
  plan: Plan | null
  /** What is wrong with the chain; told where there is no plan. */
  problems?: readonly ChainProblem[]
  steps: readonly { id: string; name: string }[]
  /** A newer plan is on its way. */
  isWorking?: boolean
  /** Why it could not be asked for. */
  failure?: string | null
  order: PlanOrder
  /** Null: it cannot be changed any more. */
  onOrder: ((order: PlanOrder) => void) | null
  /** Of a run. */
  progress?: RunProgress | null
  /** It has ended: nothing of it is still to come. */
  isOver?: boolean
}

const nothing: readonly ChainProblem[] = []

export function PlanPanel({
  plan,
  problems = nothing,
  steps,
  isWorking = false,
  failure = null,
  order,
  onOrder,
  progress = null,
  isOver = false
}: PlanPanelProps) {
  const isOpen = usePlanViewStore((view) => view.isOpen)
  const id = useId()
  const stepName = useMemo<StepName>(() => {
    const names = new Map(steps.map((step) => [step.id, step.name]))
    return (stepId) => names.get(stepId) ?? 'a step that is gone'
  }, [steps])
  const picture = useMemo(() => (plan === null ? null : pictureOf(plan, progress)), [plan, progress])
  const replans = replanWords(progress?.replans ?? [])
  return (
    <section className={classes.panel} aria-label="Plan" aria-busy={isWorking}>
      <header className={classes.header}>
        <h2 className={classes.title}>
          <button
            type="button"
            className={classes.fold}
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => usePlanViewStore.setState({ isOpen: !isOpen })}
          >
            Plan
            {isOpen ? <IconChevronDown size={13} aria-hidden /> : <IconChevronRight size={13} aria-hidden />}
          </button>
        </h2>
        {plan === null ? (
          <NoPlan
            words={failure ?? noPlanWords(problems, stepName)}
            isWorking={isWorking}
            hasSteps={steps.length > 0}
            isBefore={progress !== null && !isOver}
          />
        ) : (
          <Headline plan={plan} progress={progress} isOver={isOver} />
        )}
        <OrderChoice order={order} onOrder={onOrder} />
      </header>
      <div id={id} hidden={!isOpen}>
        {isOpen && picture !== null && <PlanChart picture={picture} stepName={stepName} />}
        {isOpen && replans !== null && (
          <p className={`${classes.replans} data`} title={progress?.replans.join('\n')}>
            {replans}
          </p>
        )}
      </div>
    </section>
  )
}

function OrderChoice({ order, onOrder }: Pick<PlanPanelProps, 'order' | 'onOrder'>) {
  if (onOrder === null) return <span className={classes.order}>{orderLabels[order]}</span>
  return (
    <SegmentedControl
      className={classes.choice}
      aria-label="What comes first"
      data={Object.entries(orderLabels).map(([value, label]) => ({ value, label }))}
      value={order}
      onChange={(value) => onOrder(value as PlanOrder)}
    />
  )
}

function Headline({ plan, progress, isOver }: { plan: Plan; progress: RunProgress | null; isOver: boolean }) {
  return (
    <p className={`${classes.headline} data number`}>
      {headline(plan, progress, isOver).map((part) => (
        <HeadlineWords key={part.before + part.after} part={part} />
      ))}
      {!plan.isProven && (
        <Tooltip w={260} label="The chain is so large that the search was ended early. Fewer loads may be possible.">
          <span className={classes.quiet} tabIndex={0}>
            best found, not proven
          </span>
        </Tooltip>
      )}
    </p>
  )
}

function HeadlineWords({ part: { before, strong, after, why } }: { part: HeadlinePart }) {
  const words = (
    <span className={why === null ? '' : classes.explained} tabIndex={why === null ? undefined : 0}>
      {before}
      {strong !== '' && <strong>{strong}</strong>}
      {after}
    </span>
  )
  if (why === null) return words
  return (
    <Tooltip w={260} label={why} events={{ hover: true, focus: true, touch: true }}>
      {words}
    </Tooltip>
  )
}

interface NoPlanProps {
  words: string | null
  isWorking: boolean
  hasSteps: boolean
  /** Of a run that has not begun. */
  isBefore: boolean
}

function NoPlan({ words, isWorking, hasSteps, isBefore }: NoPlanProps) {
  if (words !== null) return <p className={`${classes.headline} ${classes.none} data`}>No plan yet: {words}</p>
  if (isWorking) return <p className={`${classes.headline} ${classes.none}`}>Working it out…</p>
  if (isBefore) return <p className={`${classes.headline} ${classes.none}`}>It is made when the run begins.</p>
  return (
    <p className={`${classes.headline} ${classes.none}`}>
      {hasSteps ? 'No plan was made.' : 'Add a step, and its loads and times are shown here.'}
    </p>
  )
}
