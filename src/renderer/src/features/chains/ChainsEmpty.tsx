/** No chain yet: what one is good for, and three to begin with. */
import { IconArrowRight } from '@tabler/icons-react'
import offer from '../../components/offer.module.css'
import { plural } from '../../lib/format.ts'
import classes from './ChainsEmpty.module.css'
import { takeSample } from './listDeeds.ts'
import { useSamples } from './useSamples.ts'

export function ChainsEmpty() {
  const samples = useSamples()
  return (
    <div className={classes.empty}>
      <h2 className={classes.title}>Models one after the other, in the fewest loads</h2>
      <p className={classes.text}>
        A chain asks one model, puts its answer into the prompt of the next, and goes on. Run over a hundred files, it
        asks each model for all of them before it loads the next one: models that never fit together work together, and
        nothing is loaded twice.
      </p>
      {samples.length > 0 && (
        <>
          <h3 className={classes.heading}>Begin with one of these</h3>
          <ul className={classes.samples}>
            {samples.map(({ name, title, description, stepCount }) => (
              <li key={name}>
                <button
                  type="button"
                  className={`${offer.offer} ${classes.sample}`}
                  onClick={() => void takeSample(name, title)}
                >
                  <span className={offer.title}>{title}</span>
                  <span className={`${offer.why} ${classes.description}`}>{description}</span>
                  <span className={`${classes.steps} number`}>
                    {plural(stepCount, 'step')} <IconArrowRight size={13} aria-hidden />
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
