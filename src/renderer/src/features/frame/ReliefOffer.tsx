/** Beside the pressure word, in the place of quieter words: which idle models could go while memory is short. */
import type { Relief } from '../../../../shared/fit.ts'
import { unloadThese } from '../../actions/modelActions.ts'
import { useUiStore } from '../../stores/uiStore.ts'
import classes from './ReliefOffer.module.css'
import { reliefWords, shortReliefWords } from './reliefWords.ts'

export function ReliefOffer({ relief }: { relief: Relief | null }) {
  const decline = (): void => useUiStore.setState({ isReliefDeclined: true })
  return (
    // Always there, so that an offer is spoken when it comes.
    <div role="status" className={classes.place}>
      {relief !== null && (
        <div className={classes.offer}>
          <span className={`${classes.words} number`} title={relief.unload.map(({ name }) => name).join(', ')}>
            <span className={classes.why}>Memory is short. </span>
            <span className={classes.full}>{reliefWords(relief)}</span>
            <span className={classes.short}>{shortReliefWords(relief)}</span>
          </span>
          <button type="button" className={classes.take} onClick={() => void unloadThese(relief.unload)}>
            Unload
          </button>
          <button type="button" className={classes.decline} onClick={decline}>
            Not now
          </button>
        </div>
      )}
    </div>
  )
}
