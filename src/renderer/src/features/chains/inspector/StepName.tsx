/** A step's name; references follow once it is whole, not with every letter, and never to a name another step has. */
import { TextInput } from '@mantine/core'
import { useEffect, useEffectEvent, useState } from 'react'
import type { ChainProblem, Step } from '../../../../../shared/chain.ts'
import { renameStep } from '../../../../../shared/renameStep.ts'
import { focusCard } from '../cardFocus.ts'
import { edit, useChainDocument } from '../chainDocument.ts'
import { namesOf } from '../chainEdits.ts'
import { fieldId } from '../focusField.ts'

const mostLetters = 64

export function StepName({ step, problems }: { step: Step; problems: readonly ChainProblem[] }) {
  const [text, setText] = useState(step.name)
  const name = text.trim()
  const isTaken = useChainDocument(
    ({ chain }) => chain !== null && namesOf(chain.steps.filter(({ id }) => id !== step.id)).has(name)
  )
  const keep = (): void => {
    if (name !== '' && !isTaken && name !== step.name) edit('rename', (chain) => renameStep(chain, step.id, name))
  }
  // Another step is chosen while the keyboard is still in here.
  const keepAtEnd = useEffectEvent(keep)
  useEffect(() => () => keepAtEnd(), [])
  const error = isTaken ? 'Another step is called that. Choose another name.' : problems[0]?.message
  return (
    <TextInput
      id={fieldId('name')}
      label="Name"
      value={text}
      maxLength={mostLetters}
      error={error}
      data-own-undo
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => {
        keep()
        if (name === '' || isTaken) setText(step.name)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          keep()
          focusCard(step.id)
        }
        if (event.key === 'Escape' && text !== step.name) {
          event.stopPropagation()
          setText(step.name)
        }
      }}
    />
  )
}
