/** The "…" of a row. The menu itself is mounted only while it is open: two hundred of them would be slow. */
import { Menu } from '@mantine/core'
import {
  IconClock,
  IconCopy,
  IconDots,
  IconFlame,
  IconInfoCircle,
  IconPin,
  IconPinnedOff,
  IconTrash
} from '@tabler/icons-react'
import { useEffect, useRef, type Ref } from 'react'
import type { Host, Model } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { setPinned } from '../../actions/modelActions.ts'
import { warmUpModel } from '../../actions/warmUpModel.ts'
import { openDialog } from '../../stores/uiStore.ts'
import { KeepMenu } from './KeepMenu.tsx'
import { canBeWarmed } from './modelWords.ts'
import classes from '../../components/moreMenu.module.css'

interface RowMenuProps {
  model: Model
  host: Host | null
  isOpened: boolean
  tabIndex: number
  onChange: (isOpened: boolean) => void
}

interface DotsProps {
  name: string
  tabIndex: number
  ref?: Ref<HTMLButtonElement>
  onClick?: () => void
  /** What a menu around it adds. */
  className?: string
}

function Dots({ name, onClick, className, ...rest }: DotsProps) {
  return (
    <button
      type="button"
      className={`${classes.dots} ${className ?? ''}`}
      aria-label={`More for ${name}`}
      onClick={(event) => {
        event.stopPropagation()
        onClick?.()
      }}
      {...rest}
    >
      <IconDots size={15} aria-hidden />
    </button>
  )
}

function Choices({ model, host }: { model: Model; host: Host | null }) {
  const key = modelKey(model.id)
  return (
    <>
      <Menu.Item
        leftSection={model.isPinned ? <IconPinnedOff size={14} /> : <IconPin size={14} />}
        onClick={() => void setPinned(model.id, !model.isPinned)}
      >
        {model.isPinned ? 'Unpin' : 'Pin'}
      </Menu.Item>
      <Menu.Sub>
        <Menu.Sub.Target>
          <Menu.Sub.Item leftSection={<IconClock size={14} />}>Keep loaded</Menu.Sub.Item>
        </Menu.Sub.Target>
        <Menu.Sub.Dropdown>
          <KeepMenu model={model} />
        </Menu.Sub.Dropdown>
      </Menu.Sub>
      {canBeWarmed(model) && (
        <Menu.Item leftSection={<IconFlame size={14} />} onClick={() => void warmUpModel(model.id)}>
          Warm up
        </Menu.Item>
      )}
      <Menu.Item leftSection={<IconInfoCircle size={14} />} onClick={() => openDialog({ name: 'details', key })}>
        Details
      </Menu.Item>
      {host?.capabilities.copy === true && (
        <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => openDialog({ name: 'copy', key })}>
          Copy…
        </Menu.Item>
      )}
      {host?.capabilities.remove === true && (
        <>
          <Menu.Divider />
          <Menu.Item
            className={classes.delete}
            leftSection={<IconTrash size={14} />}
            onClick={() => openDialog({ name: 'delete', key })}
          >
            Delete…
          </Menu.Item>
        </>
      )}
    </>
  )
}

export function RowMenu({ model, host, isOpened, tabIndex, onChange }: RowMenuProps) {
  const dots = useRef<HTMLButtonElement>(null)
  const wasOpened = useRef(false)
  useEffect(() => {
    // The button is another one when the menu is gone; the focus goes back to where it was.
    if (wasOpened.current && !isOpened) dots.current?.focus()
    wasOpened.current = isOpened
  }, [isOpened])
  if (!isOpened) return <Dots name={model.id.name} ref={dots} tabIndex={tabIndex} onClick={() => onChange(true)} />
  return (
    <Menu opened onChange={onChange} width={190} returnFocus={false}>
      <Menu.Target>
        <Dots name={model.id.name} tabIndex={tabIndex} />
      </Menu.Target>
      <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
        <Choices model={model} host={host} />
      </Menu.Dropdown>
    </Menu>
  )
}
