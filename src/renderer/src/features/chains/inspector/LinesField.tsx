/** Several words, one a line: blank lines stay while they are being written, and are left out of what is kept. */
import { Textarea } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { endTyping } from '../chainDocument.ts'

interface LinesFieldProps {
  id?: string
  className?: string
  label: string
  description: ReactNode
  placeholder?: string
  lines: readonly string[]
  onChange: (lines: string[]) => void
}

export function LinesField({ id, className, label, description, placeholder, lines, onChange }: LinesFieldProps) {
  const [draft, setDraft] = useState<string | null>(null)
  return (
    <Textarea
      {...(id !== undefined && { id })}
      className={className ?? ''}
      label={label}
      description={description}
      placeholder={placeholder}
      autosize
      minRows={1}
      maxRows={8}
      spellCheck={false}
      value={draft ?? lines.join('\n')}
      onChange={(event) => {
        const { value } = event.currentTarget
        setDraft(value)
        onChange([...new Set(value.split('\n').filter((line) => line.trim() !== ''))])
      }}
      onBlur={() => {
        setDraft(null)
        endTyping()
      }}
    />
  )
}
