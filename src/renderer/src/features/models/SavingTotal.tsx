/** What warmth has saved with all models together, quietly beside the screen's title; nothing where nothing is known. */
import { useShallow } from 'zustand/react/shallow'
import { useSavingStore } from '../../stores/savingStore.ts'
import classes from './SavingTotal.module.css'
import { savingTotal } from './savingWords.ts'

export function SavingTotal() {
  const total = useSavingStore(useShallow(({ savings }) => savingTotal(savings)))
  if (total === null) return null
  return (
    <span className={`${classes.total} number`} title={`${total.week}.`}>
      {total.words}
    </span>
  )
}
