/** A state as a dot and a word: never the colour alone. */
import classes from './StatusWord.module.css'
import tones from './tones.module.css'

export type Tone = 'ok' | 'warn' | 'bad' | 'quiet'

export function StatusDot({ tone }: { tone: Tone }) {
  return <span className={`${classes.dot} ${tones[tone]}`} aria-hidden />
}

export function StatusWord({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={`${classes.word} ${tones[tone]}`}>
      <StatusDot tone={tone} />
      {children}
    </span>
  )
}
