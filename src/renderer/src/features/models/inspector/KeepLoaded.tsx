/** How long the model stays: the usual times in one row, all beside them, who else has a say, and advice that takes one click. */
import { ActionIcon, Menu, SegmentedControl } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useRef } from 'react'
import type { Model } from '../../../../../shared/model.ts'
import { setKeepAlive } from '../../../actions/modelActions.ts'
import { Note, NoteAction } from '../../../components/Note.tsx'
import { useNow } from '../../../lib/useNow.ts'
import { useModelStore } from '../../../stores/modelStore.ts'
import { choiceValue, keepAction, keepAdvice, mainChoices, overrideWords, stayWords } from '../keepAlive.ts'
import { KeepMenu } from '../KeepMenu.tsx'
import { useKeptUntil } from '../modelHooks.ts'
import classes from './KeepLoaded.module.css'

function useKeptCount(): number {
  return useModelStore((mirror) => mirror.keys.filter((key) => mirror.byKey[key]?.state === 'ready').length)
}

interface NoteProps {
  model: Model
  /** What was clicked goes away with its note. */
  onDone: () => void
}

function Override({ model, onDone }: NoteProps) {
  const override = overrideWords(model)
  if (override === null) return null
  return (
    <Note isWarning>
      {override.words}{' '}
      <NoteAction
        onClick={() => {
          void setKeepAlive(model.id, model.keepAliveSeconds)
          onDone()
        }}
      >
        {override.action}
      </NoteAction>
    </Note>
  )
}

function Advice({ model, onDone }: NoteProps) {
  const keptCount = useKeptCount()
  // What something else decides needs no advice.
  const isDecided = model.isPinned || model.keptBy !== null || model.keepAliveOverride !== null
  const advice = model.state === 'ready' && !isDecided ? keepAdvice(keptCount, model.keepAliveSeconds) : null
  if (advice === null) return null
  return (
    <Note>
      {advice.words}{' '}
      {advice.choices.map((choice) => (
        <NoteAction
          key={choice.seconds}
          onClick={() => {
            void setKeepAlive(model.id, choice.seconds)
            onDone()
          }}
        >
          {keepAction(choice)}
        </NoteAction>
      ))}
    </Note>
  )
}

export function KeepLoaded({ model }: { model: Model }) {
  const until = useKeptUntil(model.keptBy)
  const now = useNow(model.unloadsAt !== null)
  const choices = useRef<HTMLDivElement>(null)
  const focusChoices = (): void => choices.current?.querySelector<HTMLElement>('input:checked, button')?.focus()
  return (
    <>
      <div ref={choices} className={classes.choices}>
        <SegmentedControl
          className={classes.control}
          aria-label="Keep loaded"
          fullWidth
          data={mainChoices.map(({ seconds, label }) => ({ value: String(seconds), label }))}
          value={choiceValue(model.keepAliveSeconds)}
          onChange={(value) => void setKeepAlive(model.id, Number(value))}
        />
        <Menu>
          <Menu.Target>
            <ActionIcon size={28} aria-label="All times">
              <IconDots size={15} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <KeepMenu model={model} />
          </Menu.Dropdown>
        </Menu>
      </div>
      <p className={`${classes.words} number`}>{stayWords(model, { now, until })}</p>
      <Override model={model} onDone={focusChoices} />
      <Advice model={model} onDone={focusChoices} />
    </>
  )
}
