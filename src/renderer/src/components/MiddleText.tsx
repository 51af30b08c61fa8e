/** A long name cut in its middle: the end of a model's name (its tag) tells more than the middle. The whole is in its title. */
import classes from './MiddleText.module.css'

const tailLength = 14

export function MiddleText({ text }: { text: string }) {
  const cut = text.length > 2 * tailLength ? text.length - tailLength : text.length
  return (
    <span className={classes.text} title={text}>
      <span className={classes.head}>{text.slice(0, cut)}</span>
      {cut < text.length && <span className={classes.tail}>{text.slice(cut)}</span>}
    </span>
  )
}
