/** The commands found, one of them chosen; the pointer chooses as the arrows do. */
import {
  IconArrowDown,
  IconArrowUp,
  IconArrowRight,
  IconCircleX,
  IconClock,
  IconDownload,
  IconFlame,
  IconListDetails,
  IconPin,
  IconServer,
  IconSparkles,
  IconStethoscope,
  IconSunMoon,
  type TablerIcon
} from '@tabler/icons-react'
import { Fragment, useEffect } from 'react'
import { shortcut } from '../../lib/platform.ts'
import classes from './CommandList.module.css'
import type { Command, CommandIcon } from './commands.ts'

const icons: Record<CommandIcon, TablerIcon> = {
  screen: IconArrowRight,
  load: IconArrowUp,
  unload: IconArrowDown,
  cancel: IconCircleX,
  warm: IconFlame,
  keep: IconClock,
  pin: IconPin,
  model: IconListDetails,
  pull: IconDownload,
  sample: IconSparkles,
  host: IconServer,
  check: IconStethoscope,
  theme: IconSunMoon
}

interface CommandListProps {
  id: string
  commands: readonly Command[]
  isGrouped: boolean
  chosen: number
  onChoose: (index: number) => void
  onRun: (command: Command) => void
}

export function CommandList({ id, commands, isGrouped, chosen, onChoose, onRun }: CommandListProps) {
  useEffect(() => {
    document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, chosen])

  return (
    <ul id={id} className={classes.list} role="listbox" aria-label="Commands">
      {commands.map((command, index) => (
        <Fragment key={command.id}>
          {isGrouped && command.group !== commands[index - 1]?.group && (
            <li className={classes.group} role="presentation">
              {command.group}
            </li>
          )}
          <Row
            id={`${id}-${index}`}
            command={command}
            isChosen={index === chosen}
            onChoose={() => onChoose(index)}
            onRun={() => onRun(command)}
          />
        </Fragment>
      ))}
    </ul>
  )
}

interface RowProps {
  id: string
  command: Command
  isChosen: boolean
  onChoose: () => void
  onRun: () => void
}

function Row({ id, command, isChosen, onChoose, onRun }: RowProps) {
  const Icon = icons[command.icon]
  return (
    <li
      id={id}
      className={`${classes.row} ${isChosen ? classes.chosen : ''}`}
      role="option"
      aria-selected={isChosen}
      // Moved, not entered: a list that scrolls under a resting pointer must not change the choice.
      onMouseMove={isChosen ? undefined : onChoose}
      onClick={onRun}
    >
      <Icon className={classes.icon} size={16} stroke={1.7} aria-hidden />
      <span className={classes.label}>{command.label}</span>
      {command.note !== null && <span className={classes.note}>{command.note}</span>}
      {command.key !== null && <kbd className={classes.key}>{shortcut(command.key)}</kbd>}
    </li>
  )
}
