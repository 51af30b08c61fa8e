/**
 * A template being written: references are marked, mistakes underlined with their sentence below, and names are completed behind the
 * braces. A plain text field lies over the marked text, so that the system's own editing stays as it is.
 */
import { useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { parseTemplate } from '../../../../../shared/template.ts'
import { completionsAt, type Completion } from './completions.ts'
import classes from './TemplateEditor.module.css'
import { markedPieces, type Mark } from './templateMarks.ts'

interface TemplateEditorProps {
  id: string
  label: string
  value: string
  placeholder?: string
  isLabelHidden?: boolean
  /** At least so many lines high. */
  lines?: number
  /** What can be named here. */
  offers: readonly Completion[]
  /** What the core says against it. */
  marks: readonly Mark[]
  onChange: (value: string) => void
  onBlur: () => void
}

export function TemplateEditor(props: TemplateEditorProps) {
  const { id, label, value, placeholder, isLabelHidden = false, lines = 4, offers, marks, onChange, onBlur } = props
  const field = useRef<HTMLTextAreaElement>(null)
  const [caret, setCaret] = useState<number | null>(null)
  const [chosen, setChosen] = useState(0)
  const [closedAt, setClosedAt] = useState<number | null>(null)
  const listId = useId()
  const template = useMemo(() => parseTemplate(value), [value])
  const open = caret === null ? null : completionsAt(value, caret, offers)
  const isOpen = open !== null && open.found.length > 0 && closedAt !== open.start
  const at = Math.min(chosen, (open?.found.length ?? 1) - 1)
  const all: Mark[] = [
    ...template.mistakes.map(({ start, end, message, line, column }) => ({
      start,
      end,
      message: `Line ${line}, letter ${column}: ${message}`,
      isBlocking: true
    })),
    ...marks.filter((mark) => !template.mistakes.some(({ start }) => start === mark.start))
  ]
  const pieces = markedPieces(value, template, all)

  function take(completion: Completion | undefined): void {
    if (completion === undefined || open === null || field.current === null) return
    const { start, end } = open
    const text = completion.reference
    const element = field.current
    element.focus()
    element.setSelectionRange(start, end)
    // Through the browser's own editing, which tells React; where it cannot, the value is set.
    if (!document.execCommand('insertText', false, text)) onChange(value.slice(0, start) + text + value.slice(end))
    setChosen(0)
    const after = start + text.length
    requestAnimationFrame(() => {
      element.setSelectionRange(after, after)
      setCaret(after)
    })
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (!isOpen || event.nativeEvent.isComposing) return
    const count = open.found.length
    if (event.key === 'ArrowDown') setChosen((at + 1) % count)
    else if (event.key === 'ArrowUp') setChosen((at - 1 + count) % count)
    else if (event.key === 'Enter' || event.key === 'Tab') take(open.found[at])
    else if (event.key === 'Escape') setClosedAt(open.start)
    else return
    event.preventDefault()
    // Escape closes the list, not the panel.
    event.stopPropagation()
  }

  const follow = (element: HTMLTextAreaElement): void => {
    const next = element.selectionStart === element.selectionEnd ? element.selectionStart : null
    if (next === caret) return
    setCaret(next)
    setChosen(0)
  }

  return (
    <div className={classes.editor}>
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : classes.label}>
        {label}
      </label>
      <div className={classes.frame}>
        <div className={classes.text}>
          <div className={classes.marked} style={{ minHeight: `${lines * 18 + 14}px` }} aria-hidden>
            {pieces.map(({ text, kind, start }) => (
              <span key={start} className={kind === 'text' ? undefined : classes[kind]}>
                {text}
              </span>
            ))}
            {/* A last empty line has its height too. */}
            {'\u200b'}
          </div>
          <textarea
            ref={field}
            id={id}
            className={classes.field}
            value={value}
            placeholder={placeholder}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={isOpen ? listId : undefined}
            aria-activedescendant={isOpen ? `${listId}-${at}` : undefined}
            aria-invalid={all.some(({ isBlocking }) => isBlocking)}
            aria-describedby={all.length > 0 ? `${id}-mistakes` : undefined}
            onChange={(event) => {
              onChange(event.currentTarget.value)
              setClosedAt(null)
              follow(event.currentTarget)
            }}
            onSelect={(event) => follow(event.currentTarget)}
            onKeyDown={onKeyDown}
            onBlur={() => {
              setCaret(null)
              onBlur()
            }}
          />
        </div>
      </div>
      {isOpen && (
        <ul id={listId} className={classes.list} role="listbox" aria-label="Names">
          {open.found.map((completion, index) => (
            <li
              key={completion.reference}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === at}
              className={`${classes.option} ${index === at ? classes.chosen : ''}`}
              // Before the field loses the focus.
              onMouseDown={(event) => {
                event.preventDefault()
                take(completion)
              }}
            >
              <span className={classes.name}>{completion.label}</span>
              <span className={classes.note}>{completion.note}</span>
            </li>
          ))}
        </ul>
      )}
      {all.length > 0 && (
        <ul id={`${id}-mistakes`} className={classes.mistakes}>
          {all.slice(0, 4).map(({ message, isBlocking }, index) => (
            <li key={index} className={isBlocking ? classes.bad : classes.warn}>
              {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
