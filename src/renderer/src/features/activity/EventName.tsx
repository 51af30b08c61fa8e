/** A model or a host in a sentence: a click shows it, as long as it is still there. */
import { modelKey } from '../../../../shared/modelKey.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { openDialog } from '../../stores/uiStore.ts'
import { showModel } from '../models/showModel.ts'
import classes from './EventSentence.module.css'
import type { SentencePart, Subject } from './sentence.ts'

function useIsThere(subject: Subject | undefined): boolean {
  const isModel = useModelStore(({ byKey }) => subject?.kind === 'model' && modelKey(subject.id) in byKey)
  const isHost = useHostStore(({ hosts }) => subject?.kind === 'host' && hosts.some(({ id }) => id === subject.hostId))
  return isModel || isHost
}

function show(subject: Subject): void {
  if (subject.kind === 'model') showModel(modelKey(subject.id))
  else openDialog({ name: 'host', hostId: subject.hostId })
}

export function EventName({ part: { text, subject } }: { part: SentencePart }) {
  const isThere = useIsThere(subject)
  if (subject === undefined || !isThere) return <strong>{text}</strong>
  return (
    <button type="button" className={classes.name} onClick={() => show(subject)}>
      {text}
    </button>
  )
}
