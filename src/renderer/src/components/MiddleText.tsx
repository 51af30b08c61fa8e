/** A long name cut in its middle: the end of a model's name (its tag) tells more than the middle. The whole is in its title. */
import classes from './MiddleText.module.css'

const usualTail = 14
const longestTag = 18

/** Where the tail begins: at the tag, if that is short enough, else a fixed number of letters before the end. */
function tailStart(text: string, tailLength: number): number {
  if (text.length <= 2 * tailLength) return text.length
  const tag = text.lastIndexOf(':')
  return tag > tailLength && text.length - tag <= longestTag ? tag : text.length - tailLength
}

/** `tail`: letters at the end that stay; fewer where there is little room. */
export function MiddleText({ text, tail = usualTail }: { text: string; tail?: number }) {
  const cut = tailStart(text, tail)
  return (
    <span className={classes.text} title={text}>
      <span className={classes.head}>{text.slice(0, cut)}</span>
      {cut < text.length && <span className={classes.tail}>{text.slice(cut)}</span>}
    </span>
  )
}
