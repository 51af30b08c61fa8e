/** The chain's name as the screen's title, changed where it stands. */
import { useState } from 'react'
import { flushSync } from 'react-dom'
import { edit, useChainDocument } from './chainDocument.ts'
import classes from './ChainTitle.module.css'

const mostLetters = 120
const titleId = 'chain-title'

export function ChainTitle() {
  const name = useChainDocument(({ chain }) => chain?.name ?? '')
  const [text, setText] = useState<string | null>(null)
  const end = (isKept: boolean): void => {
    const next = text?.trim() ?? ''
    setText(null)
    if (isKept && next !== '' && next !== name) edit('rename of the chain', (chain) => ({ ...chain, name: next }))
  }
  /** The keyboard goes on from where the name stands. */
  const endByKey = (isKept: boolean): void => {
    flushSync(() => end(isKept))
    document.getElementById(titleId)?.focus()
  }
  if (text === null)
    return (
      <button
        id={titleId}
        type="button"
        className={classes.name}
        title={`${name}: click to rename`}
        onClick={() => setText(name)}
      >
        {name}
      </button>
    )
  return (
    <input
      className={classes.field}
      aria-label="Name of the chain"
      autoFocus
      maxLength={mostLetters}
      value={text}
      data-own-undo
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== 'Escape') return
        // Or Return presses what is there next.
        event.preventDefault()
        endByKey(event.key === 'Enter')
      }}
    />
  )
}
