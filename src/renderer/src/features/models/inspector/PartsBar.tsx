/** Parts of one model's memory side by side: its own colour, fainter with each part. */
import classes from './PartsBar.module.css'

const opacities = [1, 0.6, 0.35, 0.22]

interface PartsBarProps {
  parts: readonly { label: string; bytes: number }[]
  colour: string
  /** Predicted, not there yet. */
  isPlanned?: boolean
}

export function PartsBar({ parts, colour, isPlanned = false }: PartsBarProps) {
  if (parts.length === 0) return null
  return (
    <div className={`${classes.bar} ${isPlanned ? classes.planned : ''}`} aria-hidden>
      {parts.map(({ label, bytes }, index) => {
        const opacity = opacities[Math.min(index, opacities.length - 1)]
        return <span key={label} className={classes.part} style={{ flexGrow: bytes, background: colour, opacity }} />
      })}
    </div>
  )
}
