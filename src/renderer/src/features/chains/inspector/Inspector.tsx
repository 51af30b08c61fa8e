/** Beside the canvas: what is selected, with everything that can be said of it. */
import { Button } from '@mantine/core'
import { plural } from '../../../lib/format.ts'
import { deleteSelected, duplicateSelected, setModel } from '../builderDeeds.ts'
import { useChainDocument } from '../chainDocument.ts'
import { inputNodeId } from '../chainEdits.ts'
import { useFlow } from '../flowStore.ts'
import { ChainInspector } from './ChainInspector.tsx'
import classes from './Inspector.module.css'
import { ModelPicker } from './ModelPicker.tsx'
import { StepInspector } from './StepInspector.tsx'

export function Inspector() {
  const ids = useFlow((flow) => flow.selectedIds)
  const steps = ids.filter((id) => id !== inputNodeId)
  const only = steps.length === 1 ? steps[0] : undefined
  if (only !== undefined) return <StepInspector key={only} stepId={only} />
  return steps.length > 1 ? <ManySteps ids={steps} /> : <ChainInspector />
}

function ManySteps({ ids }: { ids: readonly string[] }) {
  const models = useChainDocument(({ chain }) =>
    [
      ...new Set(
        (chain?.steps ?? []).filter(({ id }) => ids.includes(id)).map(({ model }) => (model === null ? '' : model.name))
      )
    ].join(', ')
  )
  return (
    <div className={classes.inspector}>
      <h2 className={classes.title}>{plural(ids.length, 'step')}</h2>
      <p className={`${classes.origin} data`}>{models}</p>
      <div className={classes.section}>
        <ModelPicker label="Model of all of them" value={null} onChange={(model) => setModel(ids, model)} />
      </div>
      <div className={classes.buttons}>
        <Button onClick={duplicateSelected}>Duplicate</Button>
        <Button onClick={deleteSelected}>Delete</Button>
      </div>
    </div>
  )
}
