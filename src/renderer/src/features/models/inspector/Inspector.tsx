/** All about the selected model: its memory, how long it stays, a place to try it, and what it cost. */
import { Button, Switch } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Host, Model, TimeLimit } from '../../../../../shared/model.ts'
import { modelKey, sameModel } from '../../../../../shared/modelKey.ts'
import { cancelOperation, setPinned } from '../../../actions/modelActions.ts'
import { Fact, Facts } from '../../../components/Facts.tsx'
import { Note, NoteAction } from '../../../components/Note.tsx'
import { formatAgo, formatDuration, formatTime } from '../../../lib/format.ts'
import { useNow } from '../../../lib/useNow.ts'
import { isResident } from '../../../stores/modelStore.ts'
import { useSavingStore } from '../../../stores/savingStore.ts'
import { openDialog } from '../../../stores/uiStore.ts'
import { lateWords, limitGroups } from '../limitWords.ts'
import { loadOrAsk } from '../loadOrAsk.ts'
import { useHost, useInspected } from '../modelHooks.ts'
import { canAnswer } from '../modelWords.ts'
import { savingWords } from '../savingWords.ts'
import classes from './Inspector.module.css'
import { HeldMemory } from './HeldMemory.tsx'
import { KeepLoaded } from './KeepLoaded.tsx'
import { NeededMemory } from './NeededMemory.tsx'
import { TimeLimits } from './TimeLimits.tsx'
import { TryIt } from './TryIt.tsx'
import { useTimeLimits } from './useTimeLimits.ts'

function Section({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      {title !== undefined && <h3 className={classes.heading}>{title}</h3>}
      {children}
    </section>
  )
}

/** "Ollama · loaded 09:12 by you". */
function originWords(model: Model, host: Host | null): string {
  const name = host?.name ?? model.id.hostId
  if (model.state !== 'ready' || model.loadedAt === null) return `${name} · ${placeWords[model.state]}`
  const { loadedBy } = model
  if (loadedBy?.startsWith('before ')) return `${name} · loaded ${loadedBy}`
  return `${name} · loaded ${formatTime(model.loadedAt)}${loadedBy === null ? '' : ` by ${loadedBy}`}`
}

const placeWords = {
  absent: 'not on its host',
  unloaded: 'on disk',
  loading: 'loading',
  ready: 'loaded',
  unloading: 'unloading',
  failed: 'failed to load'
} as const

function Failure({ model }: { model: Model }) {
  if (model.state !== 'failed' || model.error === null) return null
  return (
    <div className={classes.failure} role="alert">
      <IconAlertTriangle size={16} stroke={1.7} aria-hidden />
      <div className="data">
        <strong>{model.error.message}</strong>
        {model.error.hint !== null && <p>{model.error.hint}</p>}
        <Button mt={8} onClick={() => loadOrAsk(model.id)}>
          Try again
        </Button>
      </div>
    </div>
  )
}

/** Longer than its limit, and still on its way. */
function Late({ model, limits }: { model: Model; limits: readonly TimeLimit[] }) {
  const { isLoadLate, state, operationId } = model
  if (state !== 'loading' || !isLoadLate) return null
  return (
    <Note isWarning>
      <span className="number">{lateWords(limits)}</span>{' '}
      {operationId !== null && (
        <NoteAction onClick={() => void cancelOperation(operationId)}>Cancel the load</NoteAction>
      )}
    </Note>
  )
}

function Cost({ model }: { model: Model }) {
  const now = useNow(model.lastUsedAt !== null)
  const saved = useSavingStore(({ savings }) => savingWords(savings.find(({ id }) => sameModel(id, model.id))))
  return (
    <>
      <Facts>
        <Fact label="Last load">{formatDuration(model.lastLoadMs, '–')}</Fact>
        <Fact label="Last used">{model.lastUsedAt === null ? '–' : formatAgo(model.lastUsedAt, now)}</Fact>
      </Facts>
      {saved !== null && <p className={`${classes.saved} number`}>{saved}</p>}
    </>
  )
}

export function Inspector({ model }: { model: Model }) {
  const host = useHost(model.id.hostId)
  const { details } = useInspected(model)
  const limits = useTimeLimits(model)
  return (
    <div className={classes.inspector}>
      <h2 className={`${classes.title} data`}>{model.id.name}</h2>
      <p className={classes.origin}>{originWords(model, host)}</p>
      <Failure model={model} />
      <Late model={model} limits={limits} />
      <Section title="Memory">
        {isResident(model) ? (
          <HeldMemory model={model} details={details} />
        ) : (
          <NeededMemory key={modelKey(model.id)} model={model} />
        )}
      </Section>
      <Section title="Keep loaded">
        <KeepLoaded model={model} />
        <Switch
          className={classes.pin}
          size="xs"
          label="Pinned: never unloaded to make room"
          checked={model.isPinned}
          onChange={(event) => void setPinned(model.id, event.currentTarget.checked)}
        />
      </Section>
      {canAnswer(model) && model.state !== 'absent' && (
        <Section title="Try it">
          <TryIt key={modelKey(model.id)} model={model} />
        </Section>
      )}
      {limitGroups(limits).length > 0 && (
        <Section title="Time limits">
          <TimeLimits limits={limits} />
        </Section>
      )}
      <Section>
        <Cost model={model} />
        <Button
          className={classes.details}
          fullWidth
          onClick={() => openDialog({ name: 'details', key: modelKey(model.id) })}
        >
          Details
        </Button>
      </Section>
    </div>
  )
}
