/** The hosts in the sidebar: name, version, address, and when one is ill, why and when it is tried again. */
import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { Host } from '../../../../shared/model.ts'
import { checkHost } from '../../actions/hostActions.ts'
import { StatusDot } from '../../components/StatusWord.tsx'
import tones from '../../components/tones.module.css'
import { useNow } from '../../lib/useNow.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { closeDialog, openDialog, useUiStore } from '../../stores/uiStore.ts'
import { HostDialog } from './HostDialog.tsx'
import classes from './HostList.module.css'
import { hostWords } from './hostWords.ts'
import { RemoveHostDialog } from './RemoveHostDialog.tsx'

interface HostRowProps {
  host: Host
  onEdit: () => void
  onRemove: () => void
}

function HostMenu({ host, onEdit, onRemove }: HostRowProps) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <ActionIcon className={classes.menu} size={20} aria-label={`More for ${host.name}`}>
          <IconDots size={14} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void checkHost(host.id)}>Check now</Menu.Item>
        {!host.isBuiltIn && (
          <>
            <Menu.Item onClick={onEdit}>Edit…</Menu.Item>
            <Menu.Item className={classes.remove} onClick={onRemove}>
              Remove…
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function HostRow(props: HostRowProps) {
  const { host } = props
  const isIll = host.status === 'down' || host.status === 'slow'
  const now = useNow(isIll)
  const words = hostWords(host, now)
  return (
    <li className={classes.host} aria-label={`${host.name}: ${words.word}`}>
      <span className={`${classes.dot} ${tones[words.tone]}`} title={`${host.name}: ${words.word}`}>
        <StatusDot tone={words.tone} />
      </span>
      <div className={classes.words}>
        <div className={classes.name}>
          <span className="data truncate">
            {host.name} {words.version !== null && <span className={classes.version}>{words.version}</span>}
          </span>
          {host.status !== 'ok' && <span className={`${classes.status} ${tones[words.tone]}`}>{words.word}</span>}
        </div>
        <div className={`${classes.line} data`} title={words.line}>
          {words.line}
        </div>
        {words.next !== null && (
          <div className={`${classes.next} number`}>
            {words.next}
            <button type="button" className={classes.try} onClick={() => void checkHost(host.id)}>
              Try now
            </button>
          </div>
        )}
      </div>
      <HostMenu {...props} />
    </li>
  )
}

export function HostList() {
  const hosts = useHostStore((mirror) => mirror.hosts)
  const isAdding = useUiStore((ui) => ui.dialog?.name === 'add-host')
  const [edited, setEdited] = useState<Host | null>(null)
  const [removed, setRemoved] = useState<Host | null>(null)
  const close = (): void => {
    setEdited(null)
    closeDialog()
  }
  return (
    <section className={classes.hosts} aria-labelledby="hosts-title">
      <h2 className={classes.title} id="hosts-title">
        Hosts
      </h2>
      <ul className={classes.list}>
        {hosts.map((host) => (
          <HostRow key={host.id} host={host} onEdit={() => setEdited(host)} onRemove={() => setRemoved(host)} />
        ))}
      </ul>
      <button
        type="button"
        className={classes.add}
        aria-label="Add host"
        onClick={() => openDialog({ name: 'add-host' })}
      >
        <IconPlus size={16} stroke={1.7} aria-hidden />
        <span>Add host</span>
      </button>
      {(isAdding || edited !== null) && <HostDialog host={edited} onClose={close} />}
      {removed !== null && <RemoveHostDialog host={removed} onClose={() => setRemoved(null)} />}
    </section>
  )
}
