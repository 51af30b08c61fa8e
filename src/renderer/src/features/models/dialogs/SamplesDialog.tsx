/** Writes model files with random weights, so that everything can be tried without a download. */
import { Button, Modal, Text } from '@mantine/core'
import type { SampleSize } from '../../../../../shared/model.ts'
import { createSample } from '../../../actions/modelActions.ts'
import { closeDialog } from '../../../stores/uiStore.ts'
import classes from './SamplesDialog.module.css'

const sizes: { size: SampleSize; label: string; bytes: string; words: string }[] = [
  { size: 'small', label: 'Small', bytes: 'about 50 MB', words: 'Loads at once.' },
  { size: 'medium', label: 'Medium', bytes: 'about 300 MB', words: 'Enough to see memory move.' },
  { size: 'large', label: 'Large', bytes: 'about 1 GB', words: 'Takes a moment to write and to load.' }
]

export function SamplesDialog() {
  return (
    <Modal opened onClose={closeDialog} title="Create sample models" size={440}>
      <Text c="var(--dim)" mb={8}>
        Model files with random weights: they load, hold memory and answer like any other, but speak gibberish.
      </Text>
      <ul className={classes.sizes}>
        {sizes.map(({ size, label, bytes, words }) => (
          <li key={size} className={classes.size}>
            <div>
              <div className={classes.label}>
                {label} <span className={classes.words}>{bytes}</span>
              </div>
              <div className={classes.words}>{words}</div>
            </div>
            <Button
              aria-label={`Create ${label.toLowerCase()} sample`}
              onClick={() => {
                createSample(size)
                closeDialog()
              }}
            >
              Create
            </Button>
          </li>
        ))}
      </ul>
    </Modal>
  )
}
