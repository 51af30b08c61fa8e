/** Asks the model something: the answer streams in, with the time to its first token and its speed. */
import { Button, Textarea } from '@mantine/core'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import type { Model } from '../../../../../shared/model.ts'
import { modelKey, sameModel } from '../../../../../shared/modelKey.ts'
import { Fact, Facts } from '../../../components/Facts.tsx'
import { formatClock, formatDuration, formatTokenRate } from '../../../lib/format.ts'
import { shortcut } from '../../../lib/platform.ts'
import { useNow } from '../../../lib/useNow.ts'
import { useOperationStore } from '../../../stores/operationStore.ts'
import { useAnswerWait } from '../modelHooks.ts'
import classes from './TryIt.module.css'
import { ask, setPrompt, stop, useTry } from './tryStore.ts'

function hintFor(model: Model, isAnswering: boolean): string {
  if (isAnswering) return 'Answering'
  if (model.isSample) return 'Random weights: gibberish.'
  return model.state === 'ready' ? '' : 'It is loaded first.'
}

/**
 * What a person asked of this model on another page, or before this one was opened anew: it can be stopped, its text is not here. A
 * script’s answer is not theirs to stop, and bars nobody from asking.
 */
function useOtherAnswer(model: Model): string | null {
  return useOperationStore(
    ({ operations }) =>
      operations.find(
        ({ kind, actor, modelId }) =>
          kind === 'generate' && actor === 'you' && modelId !== null && sameModel(modelId, model.id)
      )?.id ?? null
  )
}

/** What stands in the place of the answer before its first word: its turn, the next attempt, the load. */
function Waiting({ model, operationId, isOurs }: { model: Model; operationId: string; isOurs: boolean }) {
  const wait = useAnswerWait(operationId)
  const isLoading = model.state === 'loading'
  const now = useNow(isLoading)
  const own = isLoading ? `Loading, ${formatClock(now - model.stateSinceAt)}` : 'Waiting for the first token'
  // Whether an answer that is not ours has its first word is not known here.
  const words = wait ?? (isOurs ? own : null)
  return words === null ? null : <p className={`${classes.waiting} data number`}>{words}</p>
}

/** Follows its own end while it grows, unless the reader has scrolled away from it. */
function Answer({ text, isRunning }: { text: string; isRunning: boolean }) {
  const box = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  useEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight
  }, [text])
  const onScroll = (): void => {
    const { current } = box
    if (current) isAtEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < 24
  }
  return (
    <div
      ref={box}
      className={`${classes.answer} data`}
      role="log"
      aria-label="Answer"
      aria-busy={isRunning}
      tabIndex={0}
      onScroll={onScroll}
    >
      {text.trimStart()}
    </div>
  )
}

export function TryIt({ model }: { model: Model }) {
  const key = modelKey(model.id)
  const tried = useTry(key)
  const { operationId } = tried
  const streamed = useOperationStore((mirror) => (operationId === null ? undefined : mirror.textById[operationId]))
  const text = streamed ?? tried.text
  const isRunning = operationId !== null
  const otherId = useOtherAnswer(model)
  const stoppableId = operationId ?? otherId
  const otherWait = useAnswerWait(otherId)
  const canSend = tried.prompt.trim() !== '' && stoppableId === null

  const send = (): void => {
    if (canSend) void ask(model.id, tried.prompt)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return
    event.preventDefault()
    send()
  }

  return (
    <>
      <Textarea
        aria-label={`Ask ${model.id.name}`}
        placeholder="Ask something…"
        autosize
        minRows={3}
        maxRows={8}
        value={tried.prompt}
        onChange={(event) => setPrompt(key, event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div className={classes.actions}>
        <span className={classes.hint}>{hintFor(model, !isRunning && otherId !== null && otherWait === null)}</span>
        {stoppableId !== null ? (
          <Button onClick={() => void stop(stoppableId)}>{text === '' ? 'Cancel' : 'Stop'}</Button>
        ) : (
          <Button disabled={!canSend} title={`${shortcut('Return')}`} onClick={send}>
            Ask
          </Button>
        )}
      </div>
      {text === '' && stoppableId !== null && <Waiting model={model} operationId={stoppableId} isOurs={isRunning} />}
      {text !== '' && <Answer text={text} isRunning={isRunning} />}
      {tried.failure !== null && (
        <p className={`${classes.failure} data`} role="alert">
          {tried.failure}
        </p>
      )}
      <Facts>
        <Fact label="First token">{formatDuration(tried.result?.firstTokenMs ?? null, '–')}</Fact>
        <Fact label="Speed">{formatTokenRate(tried.result?.tokensPerSecond ?? model.tokensPerSecond, '–')}</Fact>
      </Facts>
    </>
  )
}
