/** The sum, the sentence that says what would make it fit, and the button that does it. */
import { UnstyledButton } from '@mantine/core'
import { useMemo, useRef, useState } from 'react'
import type { Advice, WhatIf } from '../../../../../shared/fit.ts'
import type { Model } from '../../../../../shared/model.ts'
import { sameModel } from '../../../../../shared/modelKey.ts'
import { Fact, Facts } from '../../../components/Facts.tsx'
import tones from '../../../components/tones.module.css'
import { useHostStore } from '../../../stores/hostStore.ts'
import { stayingWords } from '../../models/inTheWay.ts'
import { adviceWords, type AdvicePart } from './adviceWords.ts'
import { applyWhatIf } from './applyWhatIf.ts'
import { AskFirst } from './AskFirst.tsx'
import { LimitNote, useLoadedLimit } from './LimitNote.tsx'
import { RunState } from './RunState.tsx'
import { withAdvice, type WhatIfChoice } from './whatIfChoice.ts'
import { contextOf } from './whatIfModels.ts'
import { whatIfPlan, type WhatIfPlan } from './whatIfPlan.ts'
import { choose, useWhatIfStore } from './whatIfStore.ts'
import classes from './WhatIfVerdict.module.css'
import { sumRows, verdictWords } from './whatIfWords.ts'

/** So much advice is read; the rest is noise. */
const mostAdvice = 3
const asThingsAre: Advice = { unload: [], leaveOut: [], contexts: [] }

interface WhatIfVerdictProps {
  answer: WhatIf
  choice: WhatIfChoice
  models: readonly Model[]
}

/** One way to have what was chosen. */
interface Way {
  advice: Advice
  words: AdvicePart[]
  plan: WhatIfPlan
}

export function WhatIfVerdict({ answer, choice, models }: WhatIfVerdictProps) {
  const place = useRef<HTMLDivElement>(null)
  return (
    <div className={classes.verdict} ref={place} tabIndex={-1}>
      <Facts>
        {sumRows(answer).map(({ label, value, tone }, index, rows) => (
          <Fact key={label} label={label} isStrong={index === 0 || index === rows.length - 1}>
            <span className={tone === null ? undefined : tones[tone]}>{value}</span>
          </Fact>
        ))}
      </Facts>
      <Ways
        answer={answer}
        choice={choice}
        models={models}
        onDo={() => place.current?.focus({ preventScroll: true })}
      />
    </div>
  )
}

function Ways({ answer, choice, models, onDo }: WhatIfVerdictProps & { onDo: () => void }) {
  const [toConfirm, setToConfirm] = useState<Way | null>(null)
  const run = useWhatIfStore((state) => state.run)
  const limit = useLoadedLimit()
  const hosts = useHostStore((mirror) => mirror.hosts)
  const ways = useMemo(() => waysOf(answer, choice, models), [answer, choice, models])
  const isDone = ways.length === 1 && ways[0]?.advice === asThingsAre && ways[0].plan.steps.length === 0
  const doIt = (way: Way): void => {
    // The button goes; the keyboard stays where it was, one Tab before the way to stop.
    onDo()
    choose((before) => withAdvice(before, way.advice))
    void applyWhatIf(way.plan.steps)
  }
  if (run !== null) return <RunState run={run} />
  const asked = answer.models.map(({ id }) => id)
  const words = verdictWords(answer, isDone, stayingWords(models, hosts, asked))
  const isAdvice = answer.advice.length > 0
  return (
    <div className={`${classes.box} ${isAdvice ? classes.advice : ''}`} aria-live="polite">
      {words.length > 0 && (
        <p className={classes.line}>
          <Words parts={words} />
          {!isDone && !isAdvice && ways[0] !== undefined && (
            <DoIt way={ways[0]} limit={limit} onDo={doIt} onAsk={setToConfirm} />
          )}
        </p>
      )}
      {isAdvice &&
        ways.map((way, index) => (
          <p key={index} className={classes.line}>
            <Words parts={[...way.words, { text: '.', isName: false }]} />
            <DoIt way={way} limit={limit} onDo={doIt} onAsk={setToConfirm} />
          </p>
        ))}
      <LimitNote loadedCount={leastLoaded(ways)} limit={limit} />
      {toConfirm !== null && (
        <AskFirst plan={toConfirm.plan} onConfirm={() => doIt(toConfirm)} onClose={() => setToConfirm(null)} />
      )}
    </div>
  )
}

/** Of the ways on which there is something to do. */
function leastLoaded(ways: readonly Way[]): number {
  return Math.min(...ways.flatMap(({ plan }) => (plan.steps.length > 0 ? [plan.loadedCount] : [])))
}

/** The advice there is, or where it fits as it is that. */
function waysOf(answer: WhatIf, choice: WhatIfChoice, models: readonly Model[]): Way[] {
  const chosen = answer.models.flatMap(({ id }) => {
    const model = models.find((each) => sameModel(each.id, id))
    return model === undefined ? [] : [{ id, contextLength: contextOf(model, choice) }]
  })
  const canBe = answer.verdict === 'fits' || answer.verdict === 'fits_partly'
  const advice = answer.advice.length > 0 ? answer.advice.slice(0, mostAdvice) : canBe ? [asThingsAre] : []
  return advice.map((each, index) => ({
    advice: each,
    words: adviceWords(each, index === 0),
    plan: whatIfPlan(chosen, each, models)
  }))
}

interface DoItProps {
  way: Way
  limit: number | null
  onDo: (way: Way) => void
  onAsk: (way: Way) => void
}

/** Not offered where it would undo itself: beyond the limit of loaded models each load unloads another one. */
function DoIt({ way, limit, onDo, onAsk }: DoItProps) {
  const { plan } = way
  if (plan.steps.length === 0 || (limit !== null && plan.loadedCount > limit)) return null
  return (
    <>
      {' '}
      <UnstyledButton className={classes.do} onClick={() => (plan.asksFor.length > 0 ? onAsk(way) : onDo(way))}>
        Do it
      </UnstyledButton>
    </>
  )
}

function Words({ parts }: { parts: readonly AdvicePart[] }) {
  return parts.map(({ text, isName }, index) =>
    isName ? (
      <strong key={index} className={classes.name}>
        {text}
      </strong>
    ) : (
      <span key={index}>{text}</span>
    )
  )
}
