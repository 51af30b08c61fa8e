/** One rule: its colours, name and sentence, what comes next, the switch, and what can be done with it. */
import { Button, Menu, Switch } from '@mantine/core'
import { IconCopy, IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { memo } from 'react'
import { modelKey } from '../../../../shared/modelKey.ts'
import { ruleWords } from '../../../../shared/ruleWords.ts'
import type { Rule, RuleState } from '../../../../shared/schedule.ts'
import { cancelOperation } from '../../actions/modelActions.ts'
import { setRuleEnabled } from '../../actions/ruleActions.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import menu from '../../components/moreMenu.module.css'
import tones from '../../components/tones.module.css'
import { formatClock } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import { useTargetOf } from '../../stores/modelsFileStore.ts'
import { useModelStore, isResident } from '../../stores/modelStore.ts'
import { useRuleStore } from '../../stores/ruleStore.ts'
import { useSavingStore } from '../../stores/savingStore.ts'
import { copyName, fieldsOf } from './ruleFields.ts'
import { useNameOf, useRuleColours } from './ruleModels.ts'
import classes from './RuleRow.module.css'
import { editRule, newRule, useScheduleStore } from './scheduleStore.ts'
import { hasFailed, lastRunWords, nextWords, savedWords, withCapital } from './scheduleWords.ts'
import { runRule, useRun, type Run } from './useRun.ts'
import { useZone } from './useZone.ts'

const mostSquares = 4

interface RuleRowProps {
  state: RuleState
  onDelete: () => void
}

export const RuleRow = memo(function RuleRow({ state, onDelete }: RuleRowProps) {
  const { rule } = state
  const run = useRun(rule.id)
  const isInHand = useScheduleStore(({ editing }) => editing?.ruleId === rule.id)
  const nameOf = useNameOf()
  const sentence = ruleWords(rule, nameOf)
  return (
    <li className={`${classes.row} ${isInHand ? classes.inHand : ''} ${rule.isEnabled ? '' : classes.off}`}>
      <Squares rule={rule} />
      <div className={classes.words}>
        <div className={classes.first}>
          <button type="button" className={classes.name} title={rule.name} onClick={() => editRule(rule)}>
            {rule.name}
          </button>
          <Next state={state} />
        </div>
        <div className={`${classes.sentence} data number`} title={sentence}>
          {sentence}
        </div>
        <Story state={state} />
        {run !== null && <Progress run={run} />}
      </div>
      <Actions state={state} run={run} onDelete={onDelete} />
    </li>
  )
})

/** The first models in their colours, an outline where one is not in memory. */
function Squares({ rule }: { rule: Rule }) {
  const ids = rule.models.map(({ id }) => id)
  const colourOf = useRuleColours()
  const targetOf = useTargetOf()
  const byKey = useModelStore((mirror) => mirror.byKey)
  return (
    <span className={classes.squares} aria-hidden>
      {ids.slice(0, mostSquares).map((id) => {
        const model = byKey[modelKey(targetOf(id))]
        const isFilled = rule.isEnabled
        return (
          <ColourSquare
            key={modelKey(id)}
            colour={colourOf(id).colour}
            isFilled={isFilled}
            isFaded={model !== undefined && !isResident(model)}
          />
        )
      })}
    </span>
  )
}

function Next({ state }: { state: RuleState }) {
  const now = useNow()
  const words = nextWords(state, useZone(), now)
  return (
    <span className={`${classes.next} number ${state.isActive && state.rule.isEnabled ? tones.ok : ''}`}>{words}</span>
  )
}

/** What it did last, why it does nothing, what it saved. */
function Story({ state }: { state: RuleState }) {
  const zone = useZone()
  const nameOf = useNameOf()
  const targetOf = useTargetOf()
  const rules = useRuleStore((mirror) => mirror.rules)
  const savings = useSavingStore((mirror) => mirror.savings)
  // Days in words change at midnight; the list's other clocks renew this often enough.
  const now = useNow(state.lastRun !== null)
  const saved = savedWords(state, rules, savings, targetOf)
  const last = lastRunWords(state, nameOf, zone, now)
  return (
    <div className={`${classes.story} data number`}>
      <span className={hasFailed(state) ? tones.bad : undefined}>{last}.</span>
      {state.note !== null && <span className={tones.warn}> {sentenceOf(state.note)}</span>}
      {saved !== null && (
        <span
          title={
            saved.shared.length === 0
              ? undefined
              : `Without ${saved.shared.map(nameOf).join(', ')}: another rule keeps it too.`
          }
        >
          {' '}
          {saved.words}.
        </span>
      )}
    </div>
  )
}

function sentenceOf(note: string): string {
  return `${withCapital(note.replace(/[.\s]+$/, ''))}.`
}

function Progress({ run: { operation, progress } }: { run: Run }) {
  const now = useNow()
  const steps = progress?.kind === 'steps' ? progress : null
  const share = steps === null || steps.total === 0 ? 0 : steps.done / steps.total
  const count = steps === null ? '' : `${Math.min(steps.done + 1, steps.total)} of ${steps.total}: ${steps.words}`
  return (
    <div className={classes.progress}>
      <div
        className={classes.track}
        role="progressbar"
        aria-label="Warm-up"
        aria-valuemin={0}
        aria-valuemax={steps?.total ?? 1}
        aria-valuenow={steps?.done ?? 0}
      >
        <div className={classes.done} style={{ width: `${share * 100}%` }} />
      </div>
      <span className="number">
        {count} {formatClock(now - operation.startedAt)}
      </span>
    </div>
  )
}

function Actions({ state: { rule, isRunning }, run, onDelete }: RuleRowProps & { run: Run | null }) {
  const nameOf = useNameOf()
  const rules = useRuleStore((mirror) => mirror.rules)
  const duplicate = (): void => {
    const name = copyName(
      rule.name,
      rules.map((each) => each.rule.name)
    )
    newRule({ ...fieldsOf(rule), name })
  }
  return (
    <div className={classes.actions}>
      {run === null ? (
        <Button
          className={classes.run}
          disabled={isRunning}
          aria-label={`Run now: ${rule.name}`}
          onClick={() => runRule(rule, nameOf)}
        >
          Run now
        </Button>
      ) : (
        <Button
          className={classes.run}
          aria-label={`Cancel ${rule.name}`}
          onClick={() => void cancelOperation(run.operation.id)}
        >
          Cancel
        </Button>
      )}
      <Button className={classes.edit} aria-label={`Edit ${rule.name}`} onClick={() => editRule(rule)}>
        Edit
      </Button>
      <Switch
        size="xs"
        // Forty switches in the accent would shout.
        color="var(--dim)"
        aria-label={`${rule.name} is on`}
        checked={rule.isEnabled}
        onChange={(event) => void setRuleEnabled(rule, event.currentTarget.checked)}
      />
      <Menu>
        <Menu.Target>
          <button type="button" className={menu.dots} aria-label={`More for ${rule.name}`}>
            <IconDots size={15} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={14} />} onClick={() => editRule(rule)}>
            Edit…
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={14} />} onClick={duplicate}>
            Duplicate…
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item className={menu.delete} leftSection={<IconTrash size={14} />} onClick={onDelete}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
