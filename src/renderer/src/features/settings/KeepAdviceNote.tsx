/** What suits as the time for all models, by how many are kept now; one click takes it. */
import type { SettingState } from '../../../../shared/settings.ts'
import { Note, NoteAction } from '../../components/Note.tsx'
import { useModelStore } from '../../stores/modelStore.ts'
import { keepAction, keepAdvice } from '../models/keepAlive.ts'
import classes from './SettingRow.module.css'
import type { SettingEdit } from './useSettingEdit.ts'

export function KeepAdviceNote({ setting, edit }: { setting: SettingState; edit: SettingEdit }) {
  const keptCount = useModelStore((mirror) => mirror.keys.filter((key) => mirror.byKey[key]?.state === 'ready').length)
  const isHeld = setting.source === 'env'
  const advice = isHeld || typeof setting.value !== 'number' ? null : keepAdvice(keptCount, setting.value)
  if (advice === null) return null
  return (
    <div className={classes.advice}>
      <Note>
        {advice.words}{' '}
        {advice.choices.map((choice) => (
          <NoteAction key={choice.seconds} onClick={() => void edit.save(choice.seconds)}>
            {keepAction(choice)}
          </NoteAction>
        ))}
      </Note>
    </div>
  )
}
