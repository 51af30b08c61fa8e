/** Text as it is, never as markup, with a way to copy it. */
import { CopyButton } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './TextBox.module.css'

interface TextBoxProps {
  label: string
  text: string
  isLive?: boolean
  children?: ReactNode
}

export function TextBox({ label, text, isLive = false, children }: TextBoxProps) {
  return (
    <div className={classes.box}>
      {children}
      <pre className="data" tabIndex={0} role="region" aria-label={label} aria-busy={isLive}>
        {text}
        {isLive && <span className={classes.caret} aria-hidden />}
      </pre>
      {!isLive && text !== '' && (
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <button type="button" className={classes.copy} aria-label={`Copy: ${label}`} onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </button>
          )}
        </CopyButton>
      )}
    </div>
  )
}
