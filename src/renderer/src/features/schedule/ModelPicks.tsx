/** The models of a rule in the order they are warmed: added from the list, moved, given a context, taken out. */
import { ActionIcon, Input, NumberInput, Select } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react'
import { useRef, type KeyboardEvent } from 'react'
import { modelKey, parseModelKey } from '../../../../shared/modelKey.ts'
import type { Rule } from '../../../../shared/schedule.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { MiddleText } from '../../components/MiddleText.tsx'
import { formatCount } from '../../lib/format.ts'
import { modelChoices } from '../../lib/modelChoices.ts'
import { useFitStore } from '../../stores/fitStore.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { useModelsFileStore, useTargetOf } from '../../stores/modelsFileStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { modelFacts } from './blockWords.ts'
import classes from './ModelPicks.module.css'
import { mostModels, movedModel } from './ruleFields.ts'
import { useNameOf, useRuleColours } from './ruleModels.ts'
import { setFields } from './scheduleStore.ts'

interface ModelPicksProps {
  models: Rule['models']
  problem: string | undefined
  /** What is wrong with a context, by model key. */
  contexts: Readonly<Record<string, string>>
}

export function ModelPicks({ models, problem, contexts }: ModelPicksProps) {
  const list = useRef<HTMLOListElement>(null)
  const move = (index: number, by: -1 | 1): void => {
    const moved = movedModel(models, index, by)
    if (moved === models) return
    setFields({ models: moved })
    // The row goes and the focus with it.
    requestAnimationFrame(() => list.current?.querySelectorAll<HTMLElement>('[data-pick]')[index + by]?.focus())
  }
  return (
    <div role="group" aria-label="Models">
      <span className={classes.label}>{models.length > 1 ? 'Models, warmed in this order' : 'Models'}</span>
      <ol ref={list} className={classes.picks}>
        {models.map((model, index) => (
          <Pick
            key={modelKey(model.id)}
            models={models}
            index={index}
            problem={contexts[modelKey(model.id)]}
            onMove={(by) => move(index, by)}
          />
        ))}
      </ol>
      {models.length < mostModels && <AddModel models={models} isMissing={problem !== undefined} />}
      {problem !== undefined && <Input.Error className={classes.error}>{problem}</Input.Error>}
    </div>
  )
}

interface PickProps {
  models: Rule['models']
  index: number
  problem: string | undefined
  onMove: (by: -1 | 1) => void
}

function Pick({ models, index, problem, onMove }: PickProps) {
  const model = models[index]!
  const { id, contextLength } = model
  const nameOf = useNameOf()
  const name = nameOf(id)
  const target = modelKey(useTargetOf()(id))
  const colourOf = useRuleColours()
  const fit = useFitStore((mirror) => mirror.byKey[target])
  const isGone = useModelStore((mirror) => mirror.isKnown && mirror.byKey[target] === undefined)
  const remove = (): void => setFields({ models: models.filter((_, at) => at !== index) })
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return
    if (event.key === 'Backspace' || event.key === 'Delete') remove()
    else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault()
      onMove(event.key === 'ArrowUp' ? -1 : 1)
    }
  }
  return (
    <li className={classes.pick} tabIndex={0} data-pick aria-label={`${index + 1}: ${name}`} onKeyDown={onKeyDown}>
      <div className={classes.first}>
        <ColourSquare colour={colourOf(id).colour} />
        <span className={classes.name}>
          <MiddleText text={name} />
        </span>
        {models.length > 1 && (
          <>
            <ActionIcon
              size={22}
              disabled={index === 0}
              aria-label={`Move ${name} up`}
              title="Earlier (Alt ↑)"
              onClick={() => onMove(-1)}
            >
              <IconArrowUp size={13} aria-hidden />
            </ActionIcon>
            <ActionIcon
              size={22}
              disabled={index === models.length - 1}
              aria-label={`Move ${name} down`}
              title="Later (Alt ↓)"
              onClick={() => onMove(1)}
            >
              <IconArrowDown size={13} aria-hidden />
            </ActionIcon>
          </>
        )}
        <ActionIcon size={22} aria-label={`Remove ${name}`} onClick={remove}>
          <IconX size={13} aria-hidden />
        </ActionIcon>
      </div>
      <div className={classes.second}>
        <NumberInput
          className={classes.context}
          aria-label={`Context of ${name}`}
          placeholder={fit?.contextLength == null ? 'default' : formatCount(fit.contextLength)}
          value={contextLength ?? ''}
          allowNegative={false}
          allowDecimal={false}
          thousandSeparator=","
          hideControls
          error={problem}
          onChange={(value) =>
            setFields({
              models: models.map((each, at) =>
                at === index ? { ...each, contextLength: typeof value === 'number' ? value : null } : each
              )
            })
          }
        />
        <span className={`${classes.facts} number`}>
          {isGone
            ? 'not on its host just now'
            : `tokens${contextLength === null ? ', the default' : ''} · ${modelFacts(contextLength, fit).replace(/,? ?context [\d,]+$/, '') || 'need unknown'}`}
        </span>
      </div>
    </li>
  )
}

function AddModel({ models, isMissing }: { models: Rule['models']; isMissing: boolean }) {
  const byKey = useModelStore((mirror) => mirror.byKey)
  const aliases = useModelsFileStore((mirror) => mirror.file?.aliases)
  const hosts = useHostStore((mirror) => mirror.hosts)
  const choices = modelChoices(Object.values(byKey), hosts, aliases ?? [], models)
  const count = choices.reduce((sum, { items }) => sum + items.length, 0)
  return (
    <Select
      aria-label="Add a model"
      placeholder={count > 0 ? 'Add a model' : models.length > 0 ? 'No other models' : 'No models on this machine yet'}
      data={choices}
      value={null}
      searchable
      openOnFocus={false}
      classNames={{ option: classes.option ?? '' }}
      disabled={count === 0}
      nothingFoundMessage="No model is called that"
      maxDropdownHeight={260}
      comboboxProps={{ withinPortal: true }}
      {...(models.length === 0 && { 'data-first': true })}
      {...(isMissing && { 'aria-invalid': true })}
      onChange={(key) => {
        if (key !== null) setFields({ models: [...models, { id: parseModelKey(key), contextLength: null }] })
      }}
    />
  )
}
