/** A model's colour, 12 px: filled where the model holds memory, an outline where it does not. */
import classes from './ColourSquare.module.css'

interface ColourSquareProps {
  colour: string
  isFilled?: boolean
  /** Half there: loading or unloading. */
  isFaded?: boolean
}

export function ColourSquare({ colour, isFilled = true, isFaded = false }: ColourSquareProps) {
  return (
    <span
      className={`${classes.square} ${isFilled ? classes.filled : ''} ${isFaded ? classes.faded : ''}`}
      style={isFilled ? { background: colour } : undefined}
      aria-hidden
    />
  )
}
