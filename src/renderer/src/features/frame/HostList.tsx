/** The hosts in the sidebar: name, version, address, who waits; when one is ill, why and when it is tried again. A click tells all. */
import { IconPlus } from '@tabler/icons-react'
import type { Host } from '../../../../shared/model.ts'
import { checkHost } from '../../actions/hostActions.ts'
import { StatusDot } from '../../components/StatusWord.tsx'
import tones from '../../components/tones.module.css'
import { useNow } from '../../lib/useNow.ts'
import { useHostRequests } from '../../stores/hostRequestStore.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { closeDialog, openDialog, useUiStore } from '../../stores/uiStore.ts'
import { HostDialog } from './HostDialog.tsx'
import classes from './HostList.module.css'
import { hostWords, isIll } from './hostWords.ts'

function HostRow({ host }: { host: Host }) {
  const requests = useHostRequests(host.id)
  const isPaused = requests !== null && requests.breaker.state !== 'closed'
  const now = useNow(isIll(host) || isPaused)
  const words = hostWords(host, requests, now)
  const said = [`${host.name}: ${words.word}`, words.queue].filter(Boolean).join(', ')
  return (
    <li className={classes.host}>
      <button
        type="button"
        className={classes.open}
        aria-label={said}
        aria-haspopup="dialog"
        title={said}
        onClick={() => openDialog({ name: 'host', hostId: host.id })}
      />
      <span className={`${classes.dot} ${tones[words.tone]}`}>
        <StatusDot tone={words.tone} />
      </span>
      <div className={classes.words}>
        <div className={classes.name}>
          <span className="data truncate">
            {host.name} {words.version !== null && <span className={classes.version}>{words.version}</span>}
          </span>
          {host.status !== 'ok' && <span className={`${classes.status} ${tones[words.tone]}`}>{words.word}</span>}
          {host.status === 'ok' && words.queue !== null && (
            <span className={`${classes.status} ${classes.version} number`}>{words.queue}</span>
          )}
        </div>
        <div className={`${classes.line} ${isPaused && !isIll(host) ? classes.paused : ''} data number`}>
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
    </li>
  )
}

export function HostList() {
  const hosts = useHostStore((mirror) => mirror.hosts)
  const isAdding = useUiStore((ui) => ui.dialog?.name === 'add-host')
  return (
    <section className={classes.hosts} aria-labelledby="hosts-title">
      <h2 className={classes.title} id="hosts-title">
        Hosts
      </h2>
      <ul className={classes.list}>
        {hosts.map((host) => (
          <HostRow key={host.id} host={host} />
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
      {isAdding && <HostDialog host={null} onClose={closeDialog} />}
    </section>
  )
}
