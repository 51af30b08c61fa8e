/** A long name cut in its middle: the end of a model's name (its tag) tells more than the middle. The whole is in its title. */
import classes from './MiddleText.module.css'

const tailLength = 14
const longestTag = 18

/** Where the tail begins: at the tag, if that is short enough, else a fixed number of letters before the end. */
function tailStart(text: string): number {
  if (text.length <= 2 * tailLength) return text.length
  const tag = text.lastIndexOf(':')
  return tag > tailLength && text.length - tag <= longestTag ? tag : text.length - tailLength
}

export function MiddleText({ text }: { text: string }) {
  const cut = tailStart(text)
  return (
    <span className={classes.text} title={text}>
      <span className={classes.head}>{text.slice(0, cut)}</span>
      {cut < text.length && <span className={classes.tail}>{text.slice(cut)}</span>}
    </span>
  )
}
