/** How something ended: a sign of its own shape, a word, a colour. */
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleMinus, IconCircleX } from '@tabler/icons-react'
import tones from '../../components/tones.module.css'
import classes from './OutcomeMark.module.css'
import { outcomeTones, outcomeWords, type Outcome } from './outcomeWords.ts'

const icons: Record<Outcome, typeof IconCircleX> = {
  ok: IconCircleCheck,
  warning: IconAlertTriangle,
  failed: IconCircleX,
  skipped: IconCircleMinus,
  works: IconCircleCheck,
  slow: IconAlertTriangle,
  fails: IconCircleX,
  untested: IconCircleDashed
}

export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const Icon = icons[outcome]
  return (
    <span className={`${classes.mark} ${tones[outcomeTones[outcome]]}`}>
      <Icon size={15} stroke={1.8} aria-hidden />
      {outcomeWords[outcome]}
    </span>
  )
}
