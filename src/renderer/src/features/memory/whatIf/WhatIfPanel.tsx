/** What if: any models with any contexts together, and whether they fit. The sum is always in view, the list scrolls between. */
import { Button, TextInput, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import type { WhatIf, WhatIfModel } from '../../../../../shared/fit.ts'
import type { Model } from '../../../../../shared/model.ts'
import { modelKey, sameModel } from '../../../../../shared/modelKey.ts'
import { RequestError } from '../../../host/requestError.ts'
import { useMemoryStore } from '../../../stores/memoryStore.ts'
import { useModelStore } from '../../../stores/modelStore.ts'
import { goTo } from '../../../stores/uiStore.ts'
import { searchFieldId } from '../../frame/useShortcuts.ts'
import { useWhatIf, type WhatIfView } from './useWhatIf.ts'
import { WhatIfBar } from './WhatIfBar.tsx'
import { noChoice } from './whatIfChoice.ts'
import { WhatIfModelRow } from './WhatIfModelRow.tsx'
import { choose, useWhatIfStore } from './whatIfStore.ts'
import classes from './WhatIfPanel.module.css'
import { WhatIfVerdict } from './WhatIfVerdict.tsx'

/** From so many models on one searches rather than reads. */
const leastToSearch = 12

export function WhatIfPanel() {
  const view = useWhatIf()
  const answer = useWhatIfStore((state) => state.answer)
  const failure = useWhatIfStore((state) => state.failure)
  const isKnown = useModelStore((mirror) => mirror.isKnown)
  const isEmpty = view.question.models.length === 0
  // Of the moment before the last tick went, nothing is left to say.
  const shown = isEmpty ? null : answer
  if (isKnown && view.top.length + view.otherCount === 0) return <NoModels />
  return (
    <div className={classes.panel}>
      <Head view={view} answer={shown} />
      <List view={view} answer={shown} />
      <div className={classes.foot}>
        {failure !== null && <p className={classes.failure}>{failureWords(failure)}</p>}
        {shown !== null && failure === null && (
          <WhatIfVerdict answer={shown} choice={view.choice} models={view.models} />
        )}
      </div>
    </div>
  )
}

function NoModels() {
  return (
    <div className={classes.empty}>
      <p className={classes.note}>
        Tick models, drag contexts, see if they fit together. There are no models on this machine yet.
      </p>
      <Button mt={12} onClick={() => goTo('models')}>
        Open Models
      </Button>
    </div>
  )
}

function Head({ view, answer }: { view: WhatIfView; answer: WhatIf | null }) {
  const simulated = useMemoryStore((mirror) => mirror.sample?.simulated ?? null)
  return (
    <div className={classes.head}>
      <div className={classes.intro}>
        <p className={classes.note}>Tick models, drag contexts, see if they fit together.</p>
        {view.choice.isTouched && (
          <UnstyledButton
            className={classes.reset}
            title="Tick what is in memory now, with its contexts"
            onClick={() => choose(() => noChoice)}
          >
            Reset
          </UnstyledButton>
        )}
      </div>
      {simulated !== null && <p className={classes.simulated}>Simulated: {simulated}</p>}
      {answer !== null && <WhatIfBar answer={answer} />}
    </div>
  )
}

function List({ view, answer }: { view: WhatIfView; answer: WhatIf | null }) {
  const { top, others, otherCount } = view
  const search = useWhatIfStore((state) => state.search)
  const isOver = (answer?.sum.overBytes ?? 0) > 0
  return (
    <div className={classes.lists}>
      {top.length > 0 && (
        <ul className={classes.top} aria-label="Chosen models">
          {top.map((model) => (
            <WhatIfModelRow key={modelKey(model.id)} model={model} answered={answerOf(answer, model)} isOver={isOver} />
          ))}
        </ul>
      )}
      {otherCount > 0 && (
        <section aria-labelledby="what-if-others">
          <h3 id="what-if-others" className={classes.heading}>
            {top.length > 0 ? 'Other models' : 'Models'}
          </h3>
          {top.length + otherCount > leastToSearch && <Search search={search} />}
          <ul className={classes.others} aria-labelledby="what-if-others">
            {others.map((model) => (
              <WhatIfModelRow key={modelKey(model.id)} model={model} answered={null} isOver={false} />
            ))}
          </ul>
          {others.length === 0 && <p className={classes.note}>No other model is called “{search.trim()}”.</p>}
        </section>
      )}
    </div>
  )
}

function Search({ search }: { search: string }) {
  return (
    <TextInput
      id={searchFieldId}
      className={classes.search}
      type="search"
      aria-label="Search models"
      placeholder="Search"
      leftSection={<IconSearch size={14} stroke={1.7} aria-hidden />}
      value={search}
      onChange={(event) => useWhatIfStore.setState({ search: event.currentTarget.value })}
      // The first Escape empties the field; only the next one leaves the panel, or closes the drawer it is in.
      data-mantine-stop-propagation={search !== ''}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || search === '') return
        event.stopPropagation()
        useWhatIfStore.setState({ search: '' })
      }}
    />
  )
}

function answerOf(answer: WhatIf | null, model: Model): WhatIfModel | null {
  return answer?.models.find(({ id }) => sameModel(id, model.id)) ?? null
}

function failureWords(failure: unknown): string {
  const reason = failure instanceof RequestError ? failure.message : 'It did not answer.'
  return `Stoker could not work it out. ${reason}`
}
