/** Which model answers: by search, with what each needs and whether it is in memory. One that is gone stays, and says so. */
import { Select } from '@mantine/core'
import type { ModelId } from '../../../../../shared/model.ts'
import { modelKey, parseModelKey } from '../../../../../shared/modelKey.ts'
import { ColourSquare } from '../../../components/ColourSquare.tsx'
import { formatNeed } from '../../../lib/format.ts'
import { modelChoices } from '../../../lib/modelChoices.ts'
import { useHostStore } from '../../../stores/hostStore.ts'
import { useModelsFileStore } from '../../../stores/modelsFileStore.ts'
import { useModelStore } from '../../../stores/modelStore.ts'
import { useStepModel } from '../stepModels.ts'
import { noModelsWords, useChatModels } from '../useChatModels.ts'
import classes from './ModelPicker.module.css'

interface ModelPickerProps {
  id?: string
  label: string
  value: ModelId | null
  placeholder?: string
  isClearable?: boolean
  onChange: (model: ModelId | null) => void
}

export function ModelPicker({ id, label, value, placeholder, isClearable = false, onChange }: ModelPickerProps) {
  const byKey = useModelStore((mirror) => mirror.byKey)
  const ids = useChatModels()
  const aliases = useModelsFileStore(({ file }) => file?.aliases)
  const hosts = useHostStore((mirror) => mirror.hosts)
  const models = ids.flatMap((each) => byKey[modelKey(each)] ?? [])
  const choices = modelChoices(models, hosts, aliases ?? [], [])
  const key = value === null ? null : modelKey(value)
  const isThere = key === null || choices.some(({ items }) => items.some((item) => item.value === key))
  const data =
    isThere || value === null
      ? choices
      : [{ group: 'Not on this machine', items: [{ value: key!, label: value.name }] }, ...choices]
  const { colour } = useStepModel(value)
  return (
    <Select
      {...(id !== undefined && { id })}
      label={label}
      placeholder={placeholder ?? (choices.length === 0 ? 'No models on this machine yet' : 'Choose a model')}
      data={data}
      value={key}
      searchable
      selectFirstOptionOnChange
      // Otherwise a list that opens looks for the chosen one a moment later, and who types fast chooses nothing with Enter.
      selectFirstOptionOnDropdownOpen={value === null}
      clearable={isClearable}
      allowDeselect={false}
      openOnFocus={false}
      nothingFoundMessage={choices.length === 0 ? noModelsWords : 'No model is called that'}
      maxDropdownHeight={300}
      leftSection={value === null ? null : <ColourSquare colour={colour} />}
      classNames={{ option: classes.option ?? '' }}
      renderOption={({ option }) => <Choice id={parseModelKey(option.value)} label={option.label} />}
      onChange={(next) => {
        if (next !== key) onChange(next === null ? null : parseModelKey(next))
      }}
    />
  )
}

function Choice({ id, label }: { id: ModelId; label: string }) {
  const { colour, isLoaded, needBytes, needSource } = useStepModel(id)
  return (
    <>
      <ColourSquare colour={colour} isFilled={isLoaded} />
      <span className={classes.name}>{label}</span>
      <span className={`${classes.note} number`}>
        {[isLoaded ? 'loaded' : '', needBytes === null ? '' : formatNeed(needBytes, needSource)]
          .filter((word) => word !== '')
          .join(' · ')}
      </span>
    </>
  )
}
