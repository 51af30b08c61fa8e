/** All about one host, drawn over whichever screen is open: its health and the story of it, its pause, its queue, its figures. */
import { Button, Drawer } from '@mantine/core'
import { useState } from 'react'
import type { HostRequests } from '../../../../../shared/hostRequests.ts'
import type { Host } from '../../../../../shared/model.ts'
import { checkHost } from '../../../actions/hostActions.ts'
import { Fact, Facts } from '../../../components/Facts.tsx'
import { Note, NoteAction } from '../../../components/Note.tsx'
import { StatusWord } from '../../../components/StatusWord.tsx'
import { useReturnFocus } from '../../../components/useReturnFocus.ts'
import { formatAgo, formatSpan } from '../../../lib/format.ts'
import { useNow } from '../../../lib/useNow.ts'
import { useHostRequests } from '../../../stores/hostRequestStore.ts'
import { closeDialog } from '../../../stores/uiStore.ts'
import { HostDialog } from '../HostDialog.tsx'
import { hostWords, isIll, nextTryWords, placeOf } from '../hostWords.ts'
import { RemoveHostDialog } from '../RemoveHostDialog.tsx'
import classes from './HostPanel.module.css'
import { HostQueue } from './HostQueue.tsx'
import { HostStory } from './HostStory.tsx'
import { breakerWords, trafficFacts } from './requestWords.ts'

function Health({ host, requests }: { host: Host; requests: HostRequests | null }) {
  const now = useNow()
  const { tone, word } = hostWords(host, requests, now)
  const checked = host.checkedAt === null ? null : `checked ${formatAgo(host.checkedAt, now)}`
  const breaker = requests === null ? null : breakerWords(requests.breaker, now)
  const next = isIll(host) ? nextTryWords(host.nextCheckAt, now) : null
  return (
    <div className="number">
      <p className={classes.health}>
        <StatusWord tone={tone}>{word.charAt(0).toUpperCase() + word.slice(1)}</StatusWord>
        <span className={classes.dim}>{[checked, next].filter(Boolean).join(', ')}</span>
      </p>
      {host.error !== null && isIll(host) && (
        <p className={`${classes.text} data`}>
          {host.error.message} <span className={classes.dim}>{host.error.hint}</span>
        </p>
      )}
      {breaker !== null && (
        <Note isWarning>
          <span className="data">{breaker.words}</span> {breaker.next}{' '}
          <NoteAction onClick={() => void checkHost(host.id)}>Try now</NoteAction>
        </Note>
      )}
    </div>
  )
}

function Traffic({ traffic }: { traffic: HostRequests['traffic'] }) {
  const facts = trafficFacts(traffic)
  return (
    <section className={classes.section}>
      <h3 className={classes.heading}>Last {formatSpan(traffic.windowMs / 1_000)}</h3>
      {facts === null && <p className={`${classes.text} ${classes.dim}`}>Nothing was asked.</p>}
      {facts !== null && (
        <Facts>
          {facts.map(({ label, value }) => (
            <Fact key={label} label={label}>
              {value}
            </Fact>
          ))}
        </Facts>
      )}
    </section>
  )
}

function About({ host }: { host: Host }) {
  return (
    <section className={classes.section}>
      <Facts>
        <Fact label={host.url === null ? 'Engine' : 'Address'} title={host.url ?? placeOf(host)}>
          {placeOf(host)}
        </Fact>
        {host.version !== null && <Fact label="Version">{host.version}</Fact>}
        {host.device !== null && host.url !== null && <Fact label="Computes on">{host.device}</Fact>}
        <Fact label="Runs on">{host.isLocal ? 'this machine' : 'another machine'}</Fact>
      </Facts>
    </section>
  )
}

interface HostPanelProps {
  host: Host
  /** While it is asked about the host: what lies over the panel takes Escape. */
  onAsk: (question: 'edit' | 'remove') => void
}

function Content({ host, onAsk }: HostPanelProps) {
  const requests = useHostRequests(host.id)
  return (
    <>
      <Health host={host} requests={requests} />
      {requests !== null && <HostQueue queue={requests.queue} />}
      {requests !== null && <Traffic traffic={requests.traffic} />}
      {requests !== null && <HostStory story={requests.story} />}
      <About host={host} />
      <div className={classes.actions}>
        <Button onClick={() => void checkHost(host.id)}>Check now</Button>
        {!host.isBuiltIn && (
          <>
            <Button onClick={() => onAsk('edit')}>Edit…</Button>
            <Button className={classes.remove} onClick={() => onAsk('remove')}>
              Remove…
            </Button>
          </>
        )}
      </div>
    </>
  )
}

export function HostPanel({ host }: { host: Host }) {
  const [question, setQuestion] = useState<'edit' | 'remove' | null>(null)
  useReturnFocus()
  return (
    <>
      <Drawer
        opened
        onClose={closeDialog}
        closeOnEscape={question === null}
        title={host.name}
        size={360}
        padding={20}
        overlayProps={{ backgroundOpacity: 0.15 }}
      >
        <Content host={host} onAsk={setQuestion} />
      </Drawer>
      {question === 'edit' && <HostDialog host={host} onClose={() => setQuestion(null)} />}
      {question === 'remove' && <RemoveHostDialog host={host} onClose={() => setQuestion(null)} />}
    </>
  )
}
