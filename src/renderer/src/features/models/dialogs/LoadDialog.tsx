/** Asked before a load that is predicted not to fit: shows the sum, who is in the way, and offers a shorter context where one fits. */
import { Button, Group, Modal, Text } from '@mantine/core'
import type { Prediction } from '../../../../../shared/fit.ts'
import type { Model } from '../../../../../shared/model.ts'
import { loadModel, type LoadWishes } from '../../../actions/modelActions.ts'
import { useHostStore } from '../../../stores/hostStore.ts'
import { useModelStore } from '../../../stores/modelStore.ts'
import { closeDialog } from '../../../stores/uiStore.ts'
import { FitSum } from '../FitSum.tsx'
import { fitLine, isRefused, sourceWords, tokenWords } from '../fitWords.ts'
import { inTheWay } from '../inTheWay.ts'
import { useAskedPrediction } from '../usePrediction.ts'
import classes from './LoadDialog.module.css'

interface LoadDialogProps {
  model: Model
  /** null: the default. */
  contextLength: number | null
  wasRefused: boolean
}

function useInTheWay(prediction: Prediction | null): string | null {
  const hosts = useHostStore((mirror) => mirror.hosts)
  return useModelStore(({ keys, byKey }) =>
    prediction === null
      ? null
      : inTheWay(
          prediction,
          keys.flatMap((key) => byKey[key] ?? []),
          hosts
        )
  )
}

export function LoadDialog({ model, contextLength, wasRefused }: LoadDialogProps) {
  const { prediction } = useAskedPrediction(model.id, contextLength)
  const staying = useInTheWay(prediction)
  const shorter = prediction?.fittingContextLength ?? null
  // Where only the page's verdict was against it, room may come while one reads; the core's own no is not asked for twice.
  const isStillRefused = wasRefused || prediction === null || isRefused(prediction)
  const choose = (wishes: LoadWishes): void => {
    closeDialog()
    void loadModel(model.id, wishes)
  }
  const asked = contextLength === null ? {} : { contextLength }
  return (
    <Modal opened onClose={closeDialog} title={`Load ${model.id.name}?`} size={440}>
      <Text c="var(--dim)" className="data">
        {prediction === null ? 'It is not expected to fit.' : `${fitLine(prediction)}.`}{' '}
        {staying !== null && `${staying} `}
        {isStillRefused && 'Loaded anyway, it may push other programs into swap, or fail.'}
      </Text>
      {prediction !== null && (
        <div className={`${classes.sum} data`}>
          <FitSum prediction={prediction} />
        </div>
      )}
      {prediction !== null && prediction.source !== null && (
        <Text size="sm" c="var(--dim)">
          {sourceWords[prediction.source]}
        </Text>
      )}
      <Group justify="flex-end" gap={10} mt={20}>
        <Button onClick={closeDialog} data-autofocus>
          Cancel
        </Button>
        <Button
          variant={shorter === null ? 'filled' : 'default'}
          onClick={() => choose(isStillRefused ? { ...asked, loadAnyway: true } : asked)}
        >
          {isStillRefused ? 'Load anyway' : 'Load'}
        </Button>
        {shorter !== null && (
          <Button variant="filled" onClick={() => choose({ contextLength: shorter })}>
            Load with {tokenWords(shorter)}
          </Button>
        )}
      </Group>
    </Modal>
  )
}
