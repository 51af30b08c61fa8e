/** The schedule without rules: what a rule is good for, shown with the person's own models. */
import { Button } from '@mantine/core'
import { IconCalendarTime, IconChevronRight } from '@tabler/icons-react'
import { ruleWords } from '../../../../shared/ruleWords.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { EmptyState } from '../../components/EmptyState.tsx'
import offer from '../../components/offer.module.css'
import { useFitStore } from '../../stores/fitStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { useSavingStore } from '../../stores/savingStore.ts'
import { goTo } from '../../stores/uiStore.ts'
import { blankFields, ruleOf } from './ruleFields.ts'
import { useNameOf, useRuleColours } from './ruleModels.ts'
import classes from './ScheduleEmpty.module.css'
import { newRule } from './scheduleStore.ts'
import { suggestions, type Suggestion } from './suggestions.ts'

export function ScheduleEmpty() {
  const { byKey, isKnown } = useModelStore()
  const savings = useSavingStore((mirror) => mirror.savings)
  const fits = useFitStore((mirror) => mirror.byKey)
  const offered = suggestions({ models: Object.values(byKey), savings, fits })
  if (!isKnown) return null
  const icon = <IconCalendarTime size={22} stroke={1.6} />
  if (offered.length === 0) {
    return (
      <EmptyState
        icon={icon}
        title="Models ready before you are"
        actions={<Button onClick={() => goTo('models')}>Go to Models</Button>}
      >
        A rule warms models at a time, keeps them for a while and releases them. There is no model here yet that could
        be warmed.
      </EmptyState>
    )
  }
  return (
    <EmptyState icon={icon} title="Models ready before you are" actions={<Suggestions offered={offered} />}>
      A rule warms models at a time, keeps them for a while and releases them. Start from one of these.
    </EmptyState>
  )
}

function Suggestions({ offered }: { offered: readonly Suggestion[] }) {
  return (
    <ul className={classes.suggestions}>
      {offered.map((suggestion) => (
        <SuggestionCard key={suggestion.why} suggestion={suggestion} />
      ))}
    </ul>
  )
}

function SuggestionCard({ suggestion: { why, fields } }: { suggestion: Suggestion }) {
  const nameOf = useNameOf()
  const rule = ruleOf('suggested', { ...blankFields, ...fields })
  const colourOf = useRuleColours()
  const first = rule?.models[0]
  if (rule === null || first === undefined) return null
  return (
    <li>
      <button type="button" className={`${offer.offer} ${classes.suggestion}`} onClick={() => newRule(fields)}>
        <ColourSquare colour={colourOf(first.id).colour} />
        <span className={classes.words}>
          <span className={`${offer.title} ${classes.sentence} number`}>{ruleWords(rule, nameOf)}</span>
          <span className={`${offer.why} ${classes.why}`}>{why}</span>
        </span>
        <IconChevronRight size={15} aria-hidden className={classes.chevron} />
      </button>
    </li>
  )
}
