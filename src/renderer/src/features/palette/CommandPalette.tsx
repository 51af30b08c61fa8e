/**
 * Everything Stoker can do, by a few letters: Cmd-K, type, Return. Drawn only while it is open. The browser's own dialog, because it
 * has the focus in the same turn: who types at once loses no letter.
 */
import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useUiStore } from '../../stores/uiStore.ts'
import classes from './CommandPalette.module.css'
import { CommandList } from './CommandList.tsx'
import type { Command } from './commands.ts'
import { matchCommands } from './matchCommands.ts'
import { useCommands } from './useCommands.ts'

export function CommandPalette() {
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const listId = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  const all = useCommands()
  const found = text.trim() === '' ? all.filter((command) => command.isOfferedFirst) : matchCommands(all, text)
  // The list can shrink under the choice, when a model goes while the palette is open.
  const at = Math.min(chosen, Math.max(0, found.length - 1))
  const close = (): void => useUiStore.setState({ isPaletteOpen: false })

  function run(command: Command | undefined): void {
    if (command === undefined) return
    close()
    command.run()
  }

  function onKeyDown(press: KeyboardEvent): void {
    if (press.nativeEvent.isComposing) return
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: found.length - 1 }
    const next = steps[press.key]
    if (press.key === 'Enter') run(found[at])
    else if (next !== undefined && found.length > 0) setChosen((next + found.length) % found.length)
    else return
    press.preventDefault()
  }

  return (
    <dialog
      ref={dialog}
      className={classes.palette}
      aria-label="Command palette"
      // Escape: closing is the store's to do, like everything that opens and closes.
      onCancel={(cancel) => {
        cancel.preventDefault()
        close()
      }}
      // The dialog itself is hit only beside its content.
      onClick={(click) => click.target === click.currentTarget && close()}
    >
      <div>
        <input
          className={classes.input}
          autoFocus
          type="text"
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={found[at] === undefined ? undefined : `${listId}-${at}`}
          aria-autocomplete="list"
          aria-label="What to do"
          placeholder="Load, unload, go to…"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(change) => {
            setText(change.currentTarget.value)
            setChosen(0)
          }}
          onKeyDown={onKeyDown}
        />
        <CommandList
          id={listId}
          commands={found}
          // Best first while searching: headings would take the order apart.
          isGrouped={text.trim() === ''}
          chosen={at}
          onChoose={setChosen}
          onRun={run}
        />
        {found.length === 0 && (
          <p className={classes.none} role="status">
            Nothing is called “{text.trim()}”. Try a model’s name, “unload” or “theme”.
          </p>
        )}
      </div>
    </dialog>
  )
}
