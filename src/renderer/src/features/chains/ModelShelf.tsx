/** The models of this machine on a shelf over the canvas: dragged onto it they make a step, onto a card they become its model. */
import { ActionIcon, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { ModelId } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { MiddleText } from '../../components/MiddleText.tsx'
import { aliasHostId } from '../../lib/aliasHost.ts'
import { formatNeed } from '../../lib/format.ts'
import { useModelsFileStore } from '../../stores/modelsFileStore.ts'
import { addModelStep, setModel } from './builderDeeds.ts'
import { closeShelf } from './chainView.ts'
import { selectedSteps } from './flowStore.ts'
import classes from './ModelShelf.module.css'
import { useStepModel } from './stepModels.ts'
import { noModelsWords, useChatModels } from './useChatModels.ts'

/** What a dragged model is called in the drag's own data. */
export const modelDragType = 'application/x-stoker-model'

export function ModelShelf() {
  const [search, setSearch] = useState('')
  const ids = useChatModels()
  const aliases = useModelsFileStore(({ file }) => file?.aliases)
  const all: ModelId[] = [...(aliases ?? []).map(({ name }) => ({ hostId: aliasHostId, name })), ...ids]
  const found = all.filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase()))
  return (
    <section
      className={classes.shelf}
      aria-label="Models"
      onKeyDown={(event) => event.key === 'Escape' && closeShelf()}
    >
      <div className={classes.head}>
        <h2 className={classes.title}>Models</h2>
        <ActionIcon size={22} aria-label="Close models" onClick={closeShelf}>
          <IconX size={14} aria-hidden />
        </ActionIcon>
      </div>
      <p className={classes.help}>Drag one onto the canvas, or onto a step.</p>
      {all.length > 8 && (
        <TextInput
          className={classes.search}
          aria-label="Search models"
          placeholder="Search"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <ul className={classes.list}>
        {found.map((id) => (
          <ShelfRow key={modelKey(id)} id={id} />
        ))}
      </ul>
      {all.length === 0 && <p className={classes.help}>{noModelsWords}</p>}
      {all.length > 0 && found.length === 0 && <p className={classes.help}>No model is called that.</p>}
    </section>
  )
}

function ShelfRow({ id }: { id: ModelId }) {
  const { label, colour, isLoaded, needBytes, needSource } = useStepModel(id)
  const place = (): void => {
    const steps = selectedSteps()
    if (steps.length > 0) setModel(steps, id)
    else addModelStep(id)
  }
  return (
    <li>
      <button
        type="button"
        className={classes.row}
        draggable
        title={`${label ?? ''}: click to give it to the selected step, or to add a step`}
        onDragStart={(event) => {
          event.dataTransfer.setData(modelDragType, modelKey(id))
          event.dataTransfer.setData('text/plain', id.name)
          event.dataTransfer.effectAllowed = 'copy'
        }}
        onClick={place}
      >
        <ColourSquare colour={colour} isFilled={isLoaded} />
        <span className={classes.name}>
          <MiddleText text={label ?? id.name} />
        </span>
        <span className={`${classes.bytes} number`}>{needBytes === null ? '' : formatNeed(needBytes, needSource)}</span>
      </button>
    </li>
  )
}
