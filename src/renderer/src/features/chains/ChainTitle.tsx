/** The chain's name as the screen's title, changed where it stands. */
import { useState } from 'react'
import { edit, useChainDocument } from './chainDocument.ts'
import classes from './ChainTitle.module.css'

const mostLetters = 120

export function ChainTitle() {
  const name = useChainDocument(({ chain }) => chain?.name ?? '')
  const [text, setText] = useState<string | null>(null)
  const end = (isKept: boolean): void => {
    const next = text?.trim() ?? ''
    setText(null)
    if (isKept && next !== '' && next !== name) edit('rename of the chain', (chain) => ({ ...chain, name: next }))
  }
  if (text === null)
    return (
      <button type="button" className={classes.name} title={`${name}: click to rename`} onClick={() => setText(name)}>
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
        if (event.key === 'Enter') end(true)
        if (event.key === 'Escape') end(false)
      }}
    />
  )
}
